"use strict";
const all = (query) => Array.from(document.querySelectorAll(query));
const open = (wanted) => all("#changes details").forEach((it) => { it.open = wanted; });
document.getElementById("open").addEventListener("click", () => open(true));
document.getElementById("close").addEventListener("click", () => open(false));
document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const it of all("[data-name]")) it.classList.toggle("hidden", !it.dataset.name.toLowerCase().includes(wanted));
  for (const group of all("details.module, details.region")) {
    group.classList.toggle("hidden", !group.querySelector("[data-name]:not(.hidden)"));
    if (wanted) group.open = true;
  }
});
const show = () => {
  const found = document.getElementById(location.hash.slice(1));
  for (let it = found; it; it = it.parentElement) if (it.tagName === "DETAILS") it.open = true;
  if (found) found.scrollIntoView();
};
addEventListener("hashchange", show);
show();
