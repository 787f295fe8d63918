// Which KPI others are editing: a tab with a pencil and a name on its row and on its box, as long as they type. Nothing moves for it
// and nothing is spoken: it would chatter. The server says who; an answer that does not come any more takes the tabs away.
"use strict";
levertree.editing = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const PENCIL = "M2 10.5l.7-3L8.9 1.3l2.3 2.3L5 9.8z";
  let nodes = new Map();

  function drawn(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }
  const pencil = (attributes) => drawn("path", { d: PENCIL, fill: "none", stroke: "currentColor", "stroke-width": 1.4, "stroke-linejoin": "round", ...attributes });

  function onRow(row, words) {
    const known = row.querySelector(":scope > .editing-tab");
    if (!words) { if (known) known.remove(); return; }
    if (known && known.dataset.words === words) return;
    const tab = levertree.page.element("p", { class: "editing-tab", "data-words": words }, drawn("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, pencil({})), words);
    known ? known.replaceWith(tab) : row.append(tab);
  }

  // A tab on the upper edge of the box, as wide as its words. In a dense drawing there is a neighbour: there it lies in the box's own
  // lower right corner, over the number that is being edited.
  function onBox(part, words) {
    const known = part.querySelector(":scope > .editing-tab");
    const box = part.querySelector(".t-box");
    if (!words || !box) { if (known) known.remove(); return; }
    if (known && known.dataset.words === words && known.nextSibling === null) return;
    if (known) known.remove();
    const { classList } = part.ownerSVGElement, wall = classList.contains("compact");
    const size = wall ? 14 : 11.5, high = wall ? 19 : 16;
    const place = part.querySelector(".t-node").getAttribute("transform") || "";
    const text = drawn("text", { x: 22, y: high - (wall ? 5 : 4.5), "font-size": size }, words);
    const back = drawn("rect", { height: high, rx: 4 });
    const inner = drawn("g", {}, back, pencil({ transform: `translate(6 ${(high - 12) / 2})` }), text);
    const tab = drawn("g", { class: "editing-tab" }, inner);
    if (place) tab.setAttribute("transform", place);
    tab.dataset.words = words;
    part.append(tab);
    const wide = Math.ceil(text.getComputedTextLength()) + 30;
    back.setAttribute("width", wide);
    const [x, y] = classList.contains("dense") ? [box.width.baseVal.value - wide - 1, box.height.baseVal.value - high - 0.5] : [10, (wall ? 1 : 3) - high];
    inner.setAttribute("transform", `translate(${x} ${y})`);
  }

  // Also after new content has come for a row or a box. A box stands in front of its neighbours while its tab does.
  function draw() {
    for (const row of document.querySelectorAll("[data-kpi]")) onRow(row, nodes.get(row.dataset.kpi));
    for (const part of document.querySelectorAll(".t-part")) onBox(part, nodes.get(part.id.slice(4)));
  }

  return {
    draw,
    show(told) {
      const now = new Map(told.map((node) => [node.kpi, node.words]));
      if (!now.size && !nodes.size) return;
      nodes = now;
      draw();
    },
    any: () => nodes.size > 0,
    mine: (node) => node.nodeType === 1 && node.classList.contains("editing-tab"),
  };
})();
