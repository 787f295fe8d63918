// Copy to the clipboard, also on plain http where browsers hide the clipboard: an invisible field and the old command; where that
// fails too, the text is selected for the person to copy. `<button data-copy="#id">` copies an element's words, any other value itself.
"use strict";
(() => {
  async function copy(text, from = null) {
    let done = false;
    if (navigator.clipboard && window.isSecureContext) done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    if (!done) {
      const focused = document.activeElement;
      const field = document.createElement("textarea");
      field.value = text;
      field.readOnly = true;
      field.className = "vh";
      document.body.append(field);
      field.select();
      done = document.execCommand("copy");
      field.remove();
      if (focused) focused.focus({ preventScroll: true });
    }
    if (!done && from) getSelection().selectAllChildren(from);
    const line = document.getElementById("say");
    if (line) line.textContent = done ? "Copied." : "Selected. Press Ctrl+C to copy.";
    return done;
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const wanted = button.dataset.copy;
    const from = wanted.startsWith("#") ? document.getElementById(wanted.slice(1)) : null;
    const words = button.querySelector("span") || button;
    const before = words.textContent;
    words.textContent = (await copy(from ? (from.value || from.textContent).trim() : wanted, from)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { words.textContent = before; }, 2500);
  });
  if (typeof levertree !== "undefined") levertree.copy = copy;
})();
