// Flags and names in code, which a line could break after each hyphen, go whole to the next line.
const LONGEST = 30
const keepWords = (code) => {
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) texts.push(walker.currentNode)
  texts.forEach((text) => text.replaceWith(...text.data.split(/(\s+)/).map((part) => {
    if (!part.includes("-") || part.length > LONGEST) return part
    const word = document.createElement("span")
    word.className = "word"
    word.textContent = part
    return word
  })))
}

// Names that the theme leaves out, after each instant navigation.
document$.subscribe(() => {
  // The browser's own way within a page: instant navigation goes back when a link is followed twice.
  for (const link of document.links) {
    if (link.hash && link.pathname === location.pathname) link.target = "_self"
  }
  document.querySelector(".md-path")?.setAttribute("aria-label", "Breadcrumb")
  document.querySelector("[data-md-component=search]")?.setAttribute("aria-label", "Search")
  document.querySelectorAll("article :is(pre, :not(pre) > code)").forEach(keepWords)
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
