// Keys and hands: single-key shortcuts of the console (listed and switched off under `?`), Escape, and the phone's keyboard.
"use strict";
(() => {
  const { page } = levertree;
  const OFF = "levertree shortcuts off";
  const off = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
  const switchTo = (on) => { try { localStorage.setItem(OFF, on ? "no" : "yes"); } catch { /* only for this page */ } };
  const buttons = () => [...document.querySelectorAll("[aria-keyshortcuts]")];

  function list() {
    const rows = buttons().map((button) => page.element("div", {}, page.element("dt", {}, page.element("kbd", {}, button.getAttribute("aria-keyshortcuts"))), page.element("dd", {}, (button.getAttribute("aria-label") || button.textContent).trim())));
    const box = page.element("input", { type: "checkbox", checked: !off() });
    box.addEventListener("change", () => switchTo(box.checked));
    const dialog = page.element("dialog", { class: "panel", "aria-label": "Keyboard shortcuts" }, page.element("h2", {}, "Keyboard shortcuts"),
      page.element("dl", { class: "shortcuts" }, ...rows,
        page.element("div", {}, page.element("dt", {}, page.element("kbd", {}, "?")), page.element("dd", {}, "This list")),
        page.element("div", {}, page.element("dt", {}, page.element("kbd", {}, "Esc")), page.element("dd", {}, "Close what is open"))),
      page.element("label", { class: "row" }, box, " Single keys work"),
      page.element("button", { type: "button", class: "btn primary", onclick: () => dialog.close() }, "Close"));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function escape() {
    const open = [...document.querySelectorAll("details.sheet[open]")];
    const sheet = open.find((one) => one.contains(document.activeElement)) || open.pop();
    if (!sheet) return false;
    sheet.open = false;
    sheet.querySelector("summary").focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!document.querySelector("dialog[open]") && escape()) event.preventDefault();
      return;
    }
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (event.key === "?") {
      if (buttons().length) { event.preventDefault(); list(); }
      return;
    }
    if (off() || event.repeat) return;
    const button = buttons().find((one) => one.getAttribute("aria-keyshortcuts").split(" ").includes(event.key) && !one.disabled && one.offsetParent);
    if (button) { event.preventDefault(); button.click(); }
  });

  // Where the browser lays its keyboard over the page instead of shrinking it, the footer moves up by that much.
  const view = window.visualViewport;
  function lift() {
    const covered = Math.round(innerHeight - view.height - view.offsetTop);
    document.documentElement.style.setProperty("--keyboard", `${covered > 80 && view.scale < 1.05 ? covered : 0}px`);
  }
  if (view) for (const kind of ["resize", "scroll"]) view.addEventListener(kind, lift);
})();
