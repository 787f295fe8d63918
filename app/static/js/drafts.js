// What is typed and not yet sent: kept per form and field with every key press, put back after a reload or a crash, and never
// thrown away (LIVE-5, LIVE-10). localStorage, because it is written before the next key press and readable at once; where it
// is blocked the drafts live as long as the page.
"use strict";
levertree.drafts = (() => {
  const { page, tabs } = levertree;
  const PREFIX = `levertree draft ${page.place}|`;
  const NEVER = new Set(["hidden", "submit", "button", "file", "image", "reset", "password"]);
  const INTERNAL = new Set(["type", "phase", "client_id", "cid", "seat", "back", "once"]);
  const edited = new WeakSet();
  const kept = new Map();
  let changed = () => {};

  try {
    for (let n = 0; n < localStorage.length; n += 1) {
      const key = localStorage.key(n);
      if (key.startsWith(PREFIX)) kept.set(key.slice(PREFIX.length), JSON.parse(localStorage.getItem(key)));
    }
  } catch { /* blocked or spoiled: begin with what is readable */ }

  function write(key, draft) {
    draft ? kept.set(key, draft) : kept.delete(key);
    try {
      draft ? localStorage.setItem(PREFIX + key, JSON.stringify(draft)) : localStorage.removeItem(PREFIX + key);
    } catch { /* full or blocked: it stays in memory */ }
  }

  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !NEVER.has(field.type) && field.tagName !== "FIELDSET" && field.tagName !== "OUTPUT" && field.tagName !== "BUTTON");
  const forms = (root) => [...(root.matches && root.matches("form[data-command]") ? [root] : []), ...root.querySelectorAll("form[data-command]")];

  // Which record a form is about: its hidden inputs. The phase stands apart, since a draft outlives it; a form without one
  // (the parking lot) belongs to the whole workshop.
  function recordOf(form) {
    return [...form.querySelectorAll("input[type=hidden]")].filter((input) => !INTERNAL.has(input.name)).map((input) => `${input.name}=${input.value}`).join("&");
  }
  function phaseOf(form) {
    const input = form.querySelector("input[type=hidden][name=phase]");
    return input ? input.value : "";
  }
  const keyOf = (form) => [phaseOf(form), form.dataset.command, recordOf(form)].join("|");

  function standard(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked === field.defaultChecked;
    if (field.tagName === "SELECT") {
      const options = [...field.options];
      const none = !options.some((option) => option.defaultSelected);
      return options.every((option, n) => option.selected === (none && !field.multiple ? n === 0 : option.defaultSelected));
    }
    return field.value === field.defaultValue;
  }
  function reset(field) {
    edited.delete(field);
    if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked;
    else if (field.tagName === "SELECT" && [...field.options].some((option) => option.defaultSelected)) for (const option of field.options) option.selected = option.defaultSelected;
    else if (field.tagName === "SELECT") field.selectedIndex = 0;
  }
  const valueOf = (field) => (field.type === "checkbox" || field.type === "radio" ? (field.checked ? field.value : null) : field.value);
  function labelOf(field) {
    const label = field.labels && field.labels[0];
    return (field.getAttribute("aria-label") || (label ? label.textContent : "") || field.name).trim();
  }
  const isText = (field) => field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && !["checkbox", "radio", "range", "color"].includes(field.type));

  function dataOf(form, submitter = null) {
    const data = {};
    const entries = new FormData(form);
    if (submitter && submitter.name) entries.append(submitter.name, submitter.value);
    for (const [name, value] of entries) {
      if (name === "type" || name === "once" || typeof value !== "string") continue;
      data[name] = name in data ? [].concat(data[name], value) : value;
    }
    return data;
  }

  function save(form) {
    const fields = {};
    for (const field of fieldsOf(form)) {
      if (!edited.has(field) || (standard(field) && field.type !== "radio")) continue;
      const value = valueOf(field);
      if (value !== null || field.type === "checkbox") fields[field.name] = { value, label: labelOf(field), text: isText(field) };
    }
    const key = keyOf(form);
    if (!Object.keys(fields).length) {
      if (kept.has(key)) write(key, null);
      return;
    }
    write(key, { tab: tabs.id, phase: phaseOf(form), title: page.phaseTitle(), command: form.dataset.command, late: "late" in form.dataset, data: dataOf(form), fields, at: Date.now() });
  }

  function typed(field) {
    const form = field.form;
    if (!form || !form.matches("form[data-command]") || !field.name || NEVER.has(field.type)) return;
    standard(field) && field.type !== "radio" ? edited.delete(field) : edited.add(field);
    save(form);
  }

  function put(field, value) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = value !== null && field.value === value;
    else field.value = value;
    edited.add(field);
    field.dispatchEvent(new CustomEvent("levertree:filled", { bubbles: true }));
  }

  const ours = (draft) => draft.tab === tabs.id || !tabs.alive(draft.tab);

  // Put drafts back into fields that nobody has touched since.
  function restore(root) {
    for (const form of forms(root)) {
      const draft = kept.get(keyOf(form));
      if (!draft || !ours(draft)) continue;
      for (const field of fieldsOf(form)) {
        const entry = draft.fields[field.name];
        if (!entry || edited.has(field) || field === document.activeElement) continue;
        if (field.type === "radio" && entry.value !== field.value) continue;
        put(field, entry.value);
      }
    }
  }

  // Drafts whose form is not on the screen any more: their phase is over, or their record is gone.
  function stranded() {
    const here = new Set(forms(document.body).map(keyOf));
    return [...kept].filter(([key, draft]) => !here.has(key) && ours(draft) && Object.values(draft.fields).some((entry) => entry.text && String(entry.value).trim()));
  }

  // The form was handed to the outbox: its fields are no drafts any more.
  function handedOver(form) {
    for (const field of fieldsOf(form)) edited.delete(field);
    drop(keyOf(form));
  }
  function drop(key) {
    write(key, null);
    changed();
  }

  return {
    edited, typed, restore, stranded, handedOver, keyOf, dataOf, fieldsOf, labelOf, isText, standard, reset, put, save, recordOf, phaseOf, forms,
    drop, rewrite: write,
    get: (key) => kept.get(key),
    whenChanged(tell) { changed = tell; },
    reload() { // another tab is gone: read what it left
      try {
        for (let n = 0; n < localStorage.length; n += 1) {
          const key = localStorage.key(n);
          if (key.startsWith(PREFIX) && !kept.has(key.slice(PREFIX.length))) kept.set(key.slice(PREFIX.length), JSON.parse(localStorage.getItem(key)));
        }
      } catch { /* nothing readable */ }
    },
  };
})();
