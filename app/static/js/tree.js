// The tree under the finger: tapping a row chooses where the next number goes, the drawing can be zoomed and moved, and a form
// marked data-ask shows its answer while one types. Everything here is comfort: without it the same forms work by themselves.
"use strict";
(() => {
  const body = document.body.dataset;
  const { editing } = levertree;
  const board = () => document.getElementById(body.screen === "phone" ? "shared" : "board");
  document.documentElement.dataset.tree = "";

  // ---- which KPI is chosen -------------------------------------------------------------------------------------------
  let chosen = "";
  const idOf = (node) => (node.closest("[data-kpi]") || { dataset: {} }).dataset.kpi || ((node.closest("[id^=box-]") || { id: "" }).id.slice(4));
  const row = (id) => document.querySelector(`[data-kpi="${CSS.escape(id)}"]`);

  function choose(id, tell = true) {
    const select = document.getElementById("add-parent");
    if (!select || ![...select.options].some((option) => option.value === id)) return false;
    chosen = id;
    select.value = id;
    under();
    mark();
    if (tell && window.levertree && levertree.page) levertree.page.announce(`Under ${words(select)}`);
    return true;
  }
  const words = (select) => (select.selectedOptions[0] ? select.selectedOptions[0].textContent.trim() : "");

  // The closed select shows the name without the indent that its list needs.
  function under() {
    const select = document.getElementById("add-parent");
    const name = select && select.parentElement.querySelector("[data-under]");
    if (name && name.textContent !== words(select)) name.textContent = words(select);
  }

  function mark() {
    const select = document.getElementById("add-parent");
    if (select && chosen && select.value !== chosen && select !== document.activeElement && [...select.options].some((option) => option.value === chosen)) select.value = chosen;
    if (select) chosen = select.value;
    for (const node of document.querySelectorAll("[data-kpi] > .kpi")) node.classList.toggle("selected", Boolean(select) && node.parentElement.dataset.kpi === chosen);
    for (const node of document.querySelectorAll(".t-part")) node.classList.toggle("selected", Boolean(select) && node.id === `box-${chosen}`);
    for (const link of document.querySelectorAll("[data-kpi] .kpi-name a")) {
      if (select && link.closest("[data-kpi]").dataset.kpi === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    under();
  }

  function openSheet(id) {
    const item = row(id);
    const sheet = item && item.querySelector("details.sheet");
    if (!sheet) return;
    for (let fold = item.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    sheet.open = true;
    const first = sheet.querySelector(".sheet-panel input:not([type=hidden]), .sheet-panel button");
    if (first && body.screen === "console") first.focus({ preventScroll: true });
  }

  let dragged = false;
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".kpi-name a[href^='#'], .t-part a");
    if (!link) return;
    event.preventDefault();
    if (dragged) return;
    const id = idOf(link);
    const again = id === chosen;
    const list = Boolean(link.closest(".t-part"));
    if (!choose(id) || list || again) openSheet(id);
  });
  document.addEventListener("change", (event) => { if (event.target.id === "add-parent") { chosen = event.target.value; mark(); } });

  // ---- where a KPI may go: every place but itself, what is below it, and where it is ----------------------------------
  function places(select) {
    const all = [...document.querySelectorAll("#add-parent option")].map((option) => ({ id: option.value, depth: Number(option.dataset.depth), text: option.textContent }));
    const at = all.findIndex((place) => place.id === select.dataset.places);
    if (at < 0) return;
    let end = at + 1;
    while (end < all.length && all[end].depth > all[at].depth) end += 1;
    let parent = at;
    while (parent > 0 && all[parent].depth >= all[at].depth) parent -= 1;
    const free = all.filter((place, n) => (n < at || n >= end) && n !== parent);
    const kept = select.value;
    select.replaceChildren(new Option(free.length ? "Choose a place" : "There is no other place yet", ""), ...free.map((place) => new Option(place.text, place.id)));
    if (free.some((place) => place.id === kept)) select.value = kept;
  }
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches && event.target.matches("details.sheet")) for (const select of event.target.querySelectorAll("[data-places]")) places(select);
  }, true);
  document.addEventListener("focusin", (event) => { if (event.target.matches && event.target.matches("[data-places]")) places(event.target); });

  // ---- the drawing: fit, zoom, move ------------------------------------------------------------------------------------
  let base = "", view = null, written = "";
  const drawing = () => document.querySelector("[data-canvas] .tree-svg");
  const numbers = (text) => text.split(" ").map(Number);

  function write(svg) {
    written = view ? view.map((n) => Math.round(n * 10) / 10).join(" ") : base;
    if (svg.getAttribute("viewBox") !== written) svg.setAttribute("viewBox", written);
    svg.parentElement.classList.toggle("zoomed", Boolean(view));
  }
  function follow() {
    const svg = drawing();
    if (!svg) { base = ""; view = null; return; }
    const now = svg.getAttribute("viewBox");
    if (now === written && base) return;
    base = now;
    write(svg);
  }
  // How many units one pixel is, since the drawing keeps its proportions.
  function perPixel(svg, [, , w, h]) {
    const box = svg.getBoundingClientRect();
    return Math.max(w / box.width, h / box.height);
  }
  function zoom(factor, x = null, y = null) {
    const svg = drawing();
    if (!svg) return;
    const whole = numbers(base);
    const [left, top, w, h] = view || whole;
    const box = svg.getBoundingClientRect();
    const step = perPixel(svg, [left, top, w, h]);
    const px = x === null ? 0 : (x - box.left - box.width / 2) * step;
    const py = y === null ? 0 : (y - box.top - box.height / 2) * step;
    const width = Math.max(whole[2] / 12, w / factor);
    if (width >= whole[2]) { view = null; write(svg); return; }
    const scale = width / w;
    view = [left + w / 2 + px - px * scale - width / 2, top + h / 2 + py - py * scale - h * scale / 2, width, h * scale];
    keep(whole);
    write(svg);
  }
  function move(dx, dy) {
    const svg = drawing();
    if (!svg || !view) return;
    const step = perPixel(svg, view);
    view[0] += dx * step;
    view[1] += dy * step;
    keep(numbers(base));
    write(svg);
  }
  // Never farther out than the middle of the view on the edge of the tree.
  function keep([left, top, w, h]) {
    view[0] = Math.min(Math.max(view[0], left - view[2] / 2), left + w - view[2] / 2);
    view[1] = Math.min(Math.max(view[1], top - view[3] / 2), top + h - view[3] / 2);
  }
  function fit() { view = null; const svg = drawing(); if (svg) write(svg); }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-zoom]");
    if (button) ({ in: () => zoom(1.4), out: () => zoom(1 / 1.4), fit })[button.dataset.zoom]();
  });
  document.addEventListener("wheel", (event) => {
    if (!event.target.closest || !event.target.closest("[data-canvas]") || !(event.ctrlKey || event.metaKey || view)) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), event.clientX, event.clientY);
  }, { passive: false });
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest || !event.target.closest("[data-canvas]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), "−": () => zoom(1 / 1.4), 0: fit, ArrowLeft: () => move(-60, 0), ArrowRight: () => move(60, 0), ArrowUp: () => move(0, -60), ArrowDown: () => move(0, 60) };
    const act = keys[event.key];
    if (!act || (event.key.startsWith("Arrow") && !view)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);
  let hold = null;
  document.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.button || !event.target.closest || !event.target.closest("[data-canvas] .tree-svg")) return;
    hold = { id: event.pointerId, x: event.clientX, y: event.clientY };
  });
  document.addEventListener("pointermove", (event) => {
    if (!hold || event.pointerId !== hold.id) return;
    if (!dragged && Math.hypot(event.clientX - hold.x, event.clientY - hold.y) < 5) return;
    dragged = Boolean(view);
    move(hold.x - event.clientX, hold.y - event.clientY);
    hold = { id: hold.id, x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { hold = null; });
  document.addEventListener("dragstart", (event) => { if (event.target.closest && event.target.closest("[data-canvas]")) event.preventDefault(); });
  // A box reached by Tab comes into view.
  document.addEventListener("focusin", (event) => {
    const link = event.target.closest && event.target.closest("[data-canvas] .t-part a");
    const svg = drawing();
    if (!link || !view || !svg) return;
    const here = link.getBoundingClientRect(), frame = svg.getBoundingClientRect();
    if (here.left < frame.left || here.right > frame.right || here.top < frame.top || here.bottom > frame.bottom) move(here.left + here.width / 2 - frame.left - frame.width / 2, here.top + here.height / 2 - frame.top - frame.height / 2);
  });

  // ---- what is loaded when somebody opens it ----------------------------------------------------------------------------
  document.addEventListener("toggle", async (event) => {
    const fold = event.target;
    if (!fold.matches || !fold.matches("details[data-load]") || !fold.open) return;
    const into = fold.querySelector(".loaded");
    if (into.contains(document.activeElement) && into.querySelector("form")) return;
    try {
      const answer = await fetch(`/w/${body.code}/${fold.dataset.load}`, { headers: { "X-Levertree": "part" } });
      if (answer.ok) into.innerHTML = await answer.text();
    } catch { /* offline: the link stays */ }
  }, true);

  // ---- ask while typing --------------------------------------------------------------------------------------------------
  const timers = new WeakMap();
  async function ask(form) {
    const output = form.querySelector("output.asked") || document.getElementById(form.dataset.into || "");
    if (!output) return;
    const post = form.dataset.method === "post";
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    const mine = (Number(output.dataset.turn) || 0) + 1;
    output.dataset.turn = mine;
    try {
      const answer = await fetch(`/w/${body.code}/${form.dataset.ask}${post ? "" : `?${query}`}`, { headers: { "X-Levertree": "part" }, ...(post ? { method: "POST", body: query } : {}) });
      if (answer.ok && Number(output.dataset.turn) === mine) output.innerHTML = await answer.text();
    } catch { /* offline: the answer comes with the next letter */ }
  }
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.ask) return;
    pair(event.target, form);
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => ask(form), 250));
  });
  // A new value is either typed or set by the slider: the one touched last counts.
  function pair(field, form) {
    const range = form.querySelector("input[type=range]"), typed = form.elements.value;
    if (!range || !typed) return;
    if (field === range) typed.value = "";
    else range.value = 0;
    const percent = form.querySelector("[data-percent]");
    if (percent) percent.textContent = `${range.value > 0 ? "+" : range.value < 0 ? "−" : ""}${Math.abs(range.value)} %`;
  }
  document.addEventListener("change", (event) => { if (event.target.matches("select") && event.target.form && event.target.form.dataset.ask) ask(event.target.form); });
  // "1.234" in a paste is asked about once; the answer is kept in the form until it is sent.
  document.addEventListener("click", (event) => {
    const pick = event.target.closest && event.target.closest("[data-style]");
    const form = pick && pick.closest("form");
    if (!form) return;
    for (const radio of form.querySelectorAll("input[name=style]")) {
      radio.checked = radio.value === pick.dataset.style;
      if (radio.checked) radio.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const said = form.dataset.command === "ProposeValue" && form.closest(".asked");
    if (said) setTimeout(() => { said.textContent = "Proposed. The facilitator decides whether it goes on the board."; }, 400);
    if (!form.dataset.ask || form.dataset.command) return;
    event.preventDefault();
    ask(form);
  });

  // ---- what others changed is marked for a moment ------------------------------------------------------------------------
  const CHANGED_FOR = 4000;
  function changed(records) {
    const parts = new Set();
    for (const record of records) {
      // Classes are ours on rows and boxes; within a box they are the server's (another kind may change nothing else).
      if (record.type === "attributes" && !record.target.matches(".t-node")) continue;
      if ([...record.addedNodes, ...record.removedNodes].some(editing.mine)) continue;
      const node = record.target.nodeType === 1 ? record.target : record.target.parentElement;
      const part = node && node.closest("[data-kpi], .t-part");
      if (part && !part.contains(document.activeElement)) parts.add(part);
    }
    if (parts.size > 12) return;
    for (const part of parts) {
      part.classList.add("just-changed");
      setTimeout(() => part.classList.remove("just-changed"), CHANGED_FOR);
    }
  }

  function start() {
    const root = board();
    if (!root) return;
    new MutationObserver((records) => {
      changed(records);
      if (editing.any()) editing.draw();
      follow();
      mark();
    }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class", "viewBox"] });
    follow();
    mark();
  }
  start();
})();
