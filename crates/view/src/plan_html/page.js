"use strict";
const all = (query, within = document) => Array.from(within.querySelectorAll(query));
const open = (wanted) => all("#changes details").forEach((it) => { it.open = wanted; });
const filter = document.getElementById("filter");
const pressed = (it) => it.getAttribute("aria-pressed") === "true";
const narrow = () => {
  const wanted = filter.value.toLowerCase();
  const actions = all(".action").filter(pressed).map((it) => it.dataset.action);
  const narrowed = wanted !== "" || actions.length > 0;
  let count = 0;
  for (const it of all("[data-name]")) {
    const isDone = !actions.length || it.dataset.actions.split(" ").some((action) => actions.includes(action));
    const isFound = isDone && it.dataset.name.toLowerCase().includes(wanted);
    it.classList.toggle("hidden", !isFound);
    if (isFound) count += 1;
  }
  // Modules are in Regions: what is hidden in one is hidden in the other.
  for (const group of all("details.module, details.region")) {
    group.classList.toggle("hidden", !group.querySelector("[data-name]:not(.hidden)"));
    if (narrowed && count <= 300) group.open = true;
  }
  document.getElementById("found").textContent = narrowed ? `${count} found` : "";
};
const show = () => {
  const found = document.getElementById(location.hash.slice(1));
  if (!found || found.dataset.name === undefined) return;
  found.classList.remove("hidden");
  for (let it = found; it; it = it.parentElement) if (it.tagName === "DETAILS") { it.open = true; it.classList.remove("hidden"); }
  found.scrollIntoView();
};
// There is nothing to find where nothing changes.
if (filter) {
  document.getElementById("open").addEventListener("click", () => open(true));
  document.getElementById("close").addEventListener("click", () => open(false));
  filter.addEventListener("input", narrow);
  for (const it of all(".action")) it.addEventListener("click", () => { it.setAttribute("aria-pressed", String(!pressed(it))); narrow(); });
}
addEventListener("hashchange", show);
show();
