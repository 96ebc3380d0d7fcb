// Names and keyboard access that the theme leaves out, after each instant navigation.
document$.subscribe(() => {
  document.querySelector(".md-path")?.setAttribute("aria-label", "Breadcrumb")
  document.querySelector("[data-md-component=search]")?.setAttribute("aria-label", "Search")
  document.querySelectorAll("pre > code").forEach((code, index) => {
    code.closest(".highlight")?.querySelector(".md-code__nav")
      ?.setAttribute("aria-label", `Code block ${index + 1}`)
  })
  document.querySelectorAll("[data-md-annotation-id]").forEach((marker) => {
    const name = `Annotation ${marker.dataset.mdAnnotationId}`
    marker.closest(".md-annotation__index").setAttribute("aria-label", name)
    const annotation = marker.closest(".md-annotation")
    annotation.setAttribute("role", "note")
    annotation.setAttribute("aria-label", name)
  })
})

// The search reads "-" as "without" or as a space; who types --flag or local-mkdocs means just that.
// Three backslashes, as it reads a query twice. The theme has had no setting for this since 9.0.
const QUERY = 2
const { postMessage } = Worker.prototype
Worker.prototype.postMessage = function (message, ...rest) {
  if (message.type === QUERY) {
    const data = message.data.replace(/(^|\s)-+(?=\S)/g, "$1").replaceAll("-", "\\\\\\-")
    message = { ...message, data }
  }
  postMessage.call(this, message, ...rest)
}
