// Names and keyboard access that the theme leaves out, after each instant navigation.
document$.subscribe(() => {
  document.querySelector(".md-path")?.setAttribute("aria-label", "Breadcrumb")
  document.querySelector("[data-md-component=search]")?.setAttribute("aria-label", "Search")
  document.querySelectorAll("pre > code").forEach((code, index) => {
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0
    code.closest(".highlight")?.querySelector(".md-code__nav")
      ?.setAttribute("aria-label", `Code block ${index + 1}`)
  })
  document.querySelectorAll(".md-annotation__index").forEach((marker) => {
    marker.setAttribute("aria-label", "Annotation")
  })
})
