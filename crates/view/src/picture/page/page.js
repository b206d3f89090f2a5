"use strict";
const all = (query, within = document) => Array.from(within.querySelectorAll(query));
const picture = document.getElementById("picture");
const about = document.getElementById("about");
const nodes = all(".node");
// What a node waits for is written in it; what waits for it follows.
const before = new Map(nodes.map((it) => [it, all(".needs a", it).map((to) => document.getElementById(to.hash.slice(1)))]));
const behind = new Map(nodes.map((it) => [it, []]));
before.forEach((awaited, it) => awaited.forEach((to) => behind.get(to).push(it)));
const closure = (start, next) => {
  const found = new Set();
  for (const open = [start]; open.length;) for (const it of next.get(open.pop())) if (!found.has(it)) { found.add(it); open.push(it); }
  return found;
};

// Lines: from what is to be seen of one node to what is to be seen of the other, each pair once.
const space = "http://www.w3.org/2000/svg";
const lines = picture.appendChild(document.createElementNS(space, "svg"));
lines.id = "lines";
let paths = [];
const seen = (node) => {
  let shown = node;
  for (let it = node.parentElement; it !== picture; it = it.parentElement) if (it.tagName === "DETAILS" && !it.open) shown = it;
  return shown;
};
const draw = () => {
  const shown = new Map(nodes.map((it) => [it, seen(it)]));
  const origin = picture.getBoundingClientRect();
  const places = new Map();
  const place = (it) => {
    if (!places.has(it)) places.set(it, it.getBoundingClientRect());
    return places.get(it);
  };
  const pairs = new Map();
  before.forEach((awaited, node) => awaited.forEach((other) => {
    const [to, from] = [shown.get(node), shown.get(other)];
    if (to === from) return;
    if (!pairs.has(to)) pairs.set(to, new Map());
    if (!pairs.get(to).has(from)) pairs.get(to).set(from, []);
    pairs.get(to).get(from).push([node, other]);
  }));
  paths = [];
  const drawn = document.createDocumentFragment();
  pairs.forEach((others, to) => others.forEach((ends, from) => {
    const [a, b] = [place(from), place(to)];
    const [x1, y1, x2, y2] = [a.right - origin.left, (a.top + a.bottom) / 2 - origin.top, b.left - origin.left, (b.top + b.bottom) / 2 - origin.top];
    const bend = Math.min(160, Math.max(24, Math.abs(x2 - x1) / 2));
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}m-6-3 6 3-6 3`);
    path.classList.toggle("far", from.closest("details") !== to.closest("details"));
    drawn.append(path);
    paths.push([path, ends]);
  }));
  lines.setAttribute("width", picture.scrollWidth);
  lines.setAttribute("height", picture.scrollHeight);
  lines.replaceChildren(drawn);
  mark();
};
let waiting = 0;
const redraw = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(draw); };

// What a node waits for and what waits for it: of the one under the pointer, else of the one that was chosen.
let chosen = null;
let pointed = null;
const mark = () => {
  const here = pointed || chosen;
  const [needs, needed] = here ? [closure(here, before), closure(here, behind)] : [new Set(), new Set()];
  picture.classList.toggle("focused", Boolean(here));
  for (const it of nodes) {
    it.classList.toggle("here", it === here);
    it.classList.toggle("before", needs.has(it));
    it.classList.toggle("behind", needed.has(it));
  }
  for (const [path, ends] of paths) {
    path.classList.toggle("before", ends.some(([node, other]) => needs.has(other) && (node === here || needs.has(node))));
    path.classList.toggle("behind", ends.some(([node, other]) => needed.has(node) && (other === here || needed.has(other))));
  }
};
const element = (tag, text, ...children) => {
  const it = document.createElement(tag);
  if (text) it.textContent = text;
  it.append(...children);
  return it;
};
const listed = (title, found) => {
  if (!found.length) return [];
  const item = (it) => {
    const link = element("a", it.dataset.name);
    link.href = `#${it.id}`;
    return element("li", "", link);
  };
  return [element("h3", `${title} (${found.length})`), element("ul", "", ...found.map(item))];
};
const choose = (node) => {
  chosen = node;
  about.hidden = !node;
  if (node) {
    const close = element("button", "×");
    close.setAttribute("aria-label", "close");
    close.addEventListener("click", () => choose(null));
    const members = node.querySelector("ul");
    const instances = members ? [element("h3", "Instances"), element("ul", "", ...all("li", members).map((it) => it.cloneNode(true)))] : [];
    about.replaceChildren(close, element("h2", node.dataset.name), element("div", node.dataset.about), ...listed("Waits for", before.get(node)), ...listed("Is awaited by", behind.get(node)), ...instances);
  }
  mark();
};
picture.addEventListener("mouseover", (event) => {
  const node = event.target.closest(".node");
  if (node !== pointed) { pointed = node; mark(); }
});
picture.addEventListener("mouseleave", () => { pointed = null; mark(); });
picture.addEventListener("focusin", (event) => { if (event.target.closest(".node")) choose(event.target.closest(".node")); });
picture.addEventListener("click", (event) => { if (!event.target.closest(".node, summary")) choose(null); });
addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });

// Folding, searching, sizes.
const reveal = (node) => { for (let it = node.parentElement; it !== picture; it = it.parentElement) if (it.tagName === "DETAILS") it.open = true; };
const show = () => {
  const node = document.getElementById(location.hash.slice(1));
  if (!node || !before.has(node)) return;
  reveal(node);
  choose(node);
  node.scrollIntoView({ block: "center", inline: "center" });
};
addEventListener("hashchange", show);
const fold = (open) => { all("details", picture).forEach((it) => { it.open = open; }); redraw(); };
document.getElementById("open").addEventListener("click", () => fold(true));
document.getElementById("close").addEventListener("click", () => fold(false));
picture.addEventListener("toggle", redraw, true);
addEventListener("resize", redraw);
let size = 12;
const resize = (by) => { size = Math.min(24, Math.max(4, size + by)); picture.style.fontSize = `${size}px`; redraw(); };
document.getElementById("smaller").addEventListener("click", () => resize(-2));
document.getElementById("larger").addEventListener("click", () => resize(2));
const filter = document.getElementById("filter");
let matches = [];
let turn = 0;
filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  matches = wanted ? nodes.filter((it) => it.dataset.name.toLowerCase().includes(wanted)) : [];
  turn = 0;
  const found = new Set(matches);
  picture.classList.toggle("searched", wanted !== "");
  for (const it of nodes) it.classList.toggle("match", found.has(it));
  document.getElementById("found").textContent = wanted ? `${matches.length} found` : "";
  if (matches.length <= 50) matches.forEach(reveal);
  redraw();
});
filter.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !matches.length) return;
  const node = matches[turn % matches.length];
  turn += 1;
  reveal(node);
  node.scrollIntoView({ block: "center", inline: "center" });
});
draw();
show();
