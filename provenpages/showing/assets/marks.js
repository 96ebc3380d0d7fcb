// A proof may be folded away, or in a tab that isn't shown: following a link to it shows it.
const showTab = (block) => {
  const index = [...block.parentElement.children].indexOf(block)
  const input = block.closest(".tabbed-set").querySelectorAll(":scope > input")[index]
  input.checked = true
  input.dispatchEvent(new Event("change"))
}
const showProof = () => {
  const proof = document.getElementById(location.hash.slice(1))
  if (!proof?.matches(".evidence > .anchor")) return
  for (let around = proof; around; around = around.parentElement) {
    if (around.matches("details")) around.open = true
    if (around.matches(".tabbed-block")) showTab(around)
  }
  proof.parentElement.scrollIntoView()
}
addEventListener("hashchange", showProof)
// A link that is followed again changes nothing in the address.
addEventListener("click", (event) => {
  if (event.target.closest("a.proof")) setTimeout(showProof)
})
// Material shows the next page without loading it.
if (window.document$) window.document$.subscribe(showProof)
else addEventListener("DOMContentLoaded", showProof)
