// Forms: what is sent goes into the outbox first; fields keep their drafts, counters and height; Enter and Ctrl+Enter send.
"use strict";
levertree.forms = (() => {
  const { page, drafts, delivery, link } = levertree;
  const MOST = 60000; // bytes; the server takes frames of 64 KiB
  const sending = new WeakSet();
  let typingAt = -Infinity, typingIn = "";

  const textFields = (form) => drafts.fieldsOf(form).filter((field) => drafts.isText(field) && field.value.trim() && (!drafts.standard(field) || drafts.edited.has(field)));

  async function contribute(item) {
    if (new TextEncoder().encode(JSON.stringify(item.data)).length > MOST) {
      page.toast("This is too long to send. Shorten it and send it again.", "refused");
      throw new RangeError("too long");
    }
    const kept = await delivery.add(item);
    levertree.kept.changed(kept);
    return kept;
  }

  async function submit(event) {
    const form = event.target.closest("form[data-command]");
    if (!form || !page.writes || levertree.plain) return;
    event.preventDefault();
    const fields = textFields(form).map((field) => ({ name: field.name, label: drafts.labelOf(field), value: field.value }));
    // A second tap on Add before the first is stored is the same card; a second tap on + is a second dot.
    if (fields.length && sending.has(form)) return;
    sending.add(form);
    const clears = form.matches(".compose, [data-clears]");
    try {
      await contribute({ type: form.dataset.command, data: drafts.dataOf(form, event.submitter), fields, form: drafts.keyOf(form), clears });
      drafts.handedOver(form);
      if (clears) clear(form, fields);
      hint(false);
      shut(form);
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
    } finally {
      sending.delete(form);
    }
  }

  // Only what was sent goes; letters typed meanwhile stay.
  function clear(form, fields) {
    for (const field of drafts.fieldsOf(form)) {
      if (!drafts.isText(field)) { drafts.reset(field); continue; }
      const sent = fields.find((one) => one.name === field.name);
      if (!sent || !field.value.startsWith(sent.value)) continue;
      field.value = field.value.slice(sent.value.length);
      refresh(field);
      if (field.value) drafts.typed(field);
    }
  }

  // A sheet has done its work when a button or a form in it was sent; the one for writing several things stays.
  function shut(form) {
    const sheet = form.closest("details.sheet[open]");
    if (!sheet || form.matches(".compose, [data-stays]")) return;
    const focused = sheet.contains(document.activeElement);
    sheet.open = false;
    if (focused) sheet.querySelector("summary").focus();
  }

  // All heights are asked for before any is set: one layout, however many fields there are.
  function grow(areas) {
    for (const area of areas) area.style.height = "auto";
    const heights = areas.map((area) => area.scrollHeight && area.scrollHeight + area.offsetHeight - area.clientHeight);
    areas.forEach((area, n) => { area.style.height = heights[n] ? `${heights[n]}px` : ""; });
  }
  function count(counter) {
    const field = document.getElementById(counter.dataset.counter);
    if (!field || field.maxLength < 0) return;
    const most = field.maxLength, used = field.value.length, text = `${used} of ${most}`;
    if (counter.textContent !== text) counter.textContent = text;
    counter.classList.toggle("near", most - used <= Math.max(10, most / 10));
  }
  function refresh(field) {
    if (field.tagName === "TEXTAREA") grow([field]);
    if (field.id) document.querySelectorAll(`[data-counter="${CSS.escape(field.id)}"]`).forEach(count);
  }
  function refreshAll(root) {
    grow([...root.querySelectorAll("textarea")]);
    root.querySelectorAll("[data-counter]").forEach(count);
  }

  // "Noor is writing", and in which KPI's fields: best effort, at most every three seconds and when it becomes another KPI's.
  function hint(on, kpi = "") {
    const now = performance.now();
    if (on && kpi === typingIn && now - typingAt < 3000) return;
    if (!on && typingAt === -Infinity) return;
    typingAt = on ? now : -Infinity;
    typingIn = on ? kpi : "";
    if (page.writes && link.up) link.send(on && kpi ? { t: "typing", on, kpi } : { t: "typing", on });
  }
  const kpiOf = (field) => (field.closest("[data-kpi]") || { dataset: {} }).dataset.kpi || "";

  function start() {
    document.addEventListener("submit", submit);
    document.addEventListener("input", (event) => {
      const field = event.target;
      if (!field.matches || !field.matches("input, textarea, select")) return;
      refresh(field);
      if (!field.form || !field.form.matches("form[data-command]")) return;
      drafts.typed(field);
      levertree.kept.touched(field.form);
      if (drafts.isText(field)) hint(field.value !== "" || kpiOf(field) !== "", kpiOf(field));
    });
    document.addEventListener("change", (event) => { if (event.target.matches("input, select")) drafts.typed(event.target); });
    document.addEventListener("toggle", (event) => { if (event.target.open) refreshAll(event.target); }, true);
    document.addEventListener("levertree:filled", (event) => refresh(event.target));
    document.addEventListener("focusout", (event) => { if (event.target.matches("input, textarea")) hint(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
      const form = event.target.form;
      if (event.target.tagName === "TEXTAREA" && form && form.matches("form[data-command]")) { event.preventDefault(); form.requestSubmit(); }
    });
    // Tapping Add must not take the focus out of the field: the keyboard would close after every card.
    document.addEventListener("mousedown", (event) => {
      const press = event.target.closest(".compose button");
      if (press && press.form && press.form.contains(document.activeElement)) event.preventDefault();
    });
    refreshAll(document);
  }

  return { start, contribute, refreshAll };
})();
