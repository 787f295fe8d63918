// Shows where every contribution is, next to where it was typed: On this phone · Saved · Refused (why). Refused words come back
// into their field; what has no field any more (its phase is over, its record is gone) waits in a tray at the end of the page, to
// be sent as a late entry, parked, copied or discarded. Nothing typed is thrown away by a machine (LIVE-5, LIVE-10).
"use strict";
levertree.kept = (() => {
  const { page, drafts, outbox, delivery } = levertree;
  const { element, icon } = page;
  const LATE = new Set(["AddCard"]); // commands that know `late`; a form says so itself with data-late
  const items = new Map();
  const notes = new Map();

  function saved(state, why = "") {
    const words = state === "saved" ? "Saved" : state === "refused" ? `Refused${why ? `: ${why}` : ""}` : page.device === "this phone" ? "On this phone" : "On this device";
    return element("span", { class: `saved saved-${state}`, "data-saved": state }, icon({ saved: "check", refused: "cross", local: "wait" }[state]), words);
  }
  const button = (words, onclick, kind = "quiet") => element("button", { type: "button", class: `btn ${kind}`, onclick }, element("span", {}, words));
  const textOf = (item) => item.fields.map((field) => (item.fields.length > 1 ? `${field.label}: ${field.value}` : field.value)).join("\n");
  const formsByKey = () => new Map(drafts.forms(document.body).map((form) => [drafts.keyOf(form), form]));

  function note(form, key) {
    const wanted = notes.get(key);
    let line = form.querySelector(":scope > p[data-kept]");
    form.classList.toggle("refused", Boolean(wanted && wanted.state === "refused"));
    if (!wanted) {
      if (line) line.remove();
      return;
    }
    if (!line) form.append((line = element("p", { class: "note", "data-kept": true, id: `note-${form.id}` })));
    const mark = `${wanted.state} ${wanted.why}`;
    if (line.dataset.mark !== mark) {
      line.dataset.mark = mark;
      line.replaceChildren(wanted.state === "theirs" ? wanted.why : saved(wanted.state, wanted.why));
    }
  }

  function entry(item) {
    const words = element("div", { class: "card-text" }, element("p", { dir: "auto" }, textOf(item)), element("p", { class: "meta" }, saved(item.state, item.why)));
    const made = element("li", { class: `card own ${item.state === "refused" ? "refused" : ""}`, id: `kept-item-${item.key}`, "data-kept": true, "data-state": item.state }, words);
    if (item.state === "refused") made.append(element("div", { class: "card-do row" },
      button("Put back", () => { if (!comeBack(item)) page.toast("The field has other words in it. Send or clear them first.", "refused"); }),
      button("Copy", () => levertree.copy(textOf(item))),
      button("Discard", () => forget(item))));
    return made;
  }

  // Keyed by id, so that a button in the list keeps the focus while others come and go.
  function fill(list, wanted) {
    const alive = new Set(wanted.map(({ id }) => id));
    for (const child of [...list.children]) if (!alive.has(child.id)) child.remove();
    for (const { id, mark, make } of wanted) {
      const there = [...list.children].find((child) => child.id === id);
      if (there && there.dataset.state === mark) continue;
      const made = make();
      there ? there.replaceWith(made) : list.append(made);
    }
  }
  const asEntry = (item) => ({ id: `kept-item-${item.key}`, mark: item.state, make: () => entry(item) });

  function render() {
    const forms = formsByKey();
    const lists = new Map();
    const homeless = [];
    for (const item of items.values()) {
      if (!item.fields.length) continue;
      const form = forms.get(item.form);
      if (!form) homeless.push(item);
      else if (item.clears) lists.set(item.form, [...(lists.get(item.form) || []), item]);
    }
    for (const [key, form] of forms) {
      note(form, key);
      let list = form.previousElementSibling;
      if (!list || list.id !== `kept-${form.id}`) list = null;
      const wanted = lists.get(key);
      if (!wanted) {
        if (list) list.remove();
        continue;
      }
      if (!list) form.before((list = element("ul", { class: "cards outbox", id: `kept-${form.id}`, "data-kept": true, "aria-label": "Yours, on the way" })));
      fill(list, wanted.map(asEntry));
    }
    tray(homeless.map(asEntry), drafts.stranded());
  }

  function tray(entries, stranded) {
    let box = document.getElementById("kept");
    if (!entries.length && !stranded.length) {
      if (box) box.remove();
      return;
    }
    if (!box) {
      box = element("section", { id: "kept", class: "panel kept", "data-kept": true, "aria-label": "Kept for you" }, element("h2", {}, `Kept on ${page.device}`), element("ul", { class: "cards" }));
      (document.querySelector("main") || document.body).append(box);
    }
    fill(box.querySelector("ul"), [...stranded.map(([key, draft]) => ({ id: `kept-draft-${key}`, mark: draft.phase === page.phase() ? "now" : "over", make: () => offer(key, draft) })), ...entries]);
  }

  // A draft whose form is gone: still a field to write in, with what can be done about it.
  function offer(key, draft) {
    const over = draft.phase !== "" && draft.phase !== page.phase();
    const made = element("li", { class: "card own", id: `kept-draft-${key}`, "data-kept": true, "data-state": over ? "over" : "now" });
    const current = () => drafts.get(key) || draft;
    const words = () => Object.values(current().fields).map((field) => String(field.value)).join("\n").trim();
    made.append(element("p", { class: "meta" }, over ? `You were still writing when ${draft.title ? `“${draft.title}”` : "the phase"} ended. It is not sent.` : "You were still writing when this left the screen. It is not sent."));
    for (const [name, field] of Object.entries(draft.fields)) {
      if (!field.text) continue;
      const area = element("textarea", { class: "input", rows: 2, dir: "auto", "aria-label": field.label });
      area.value = field.value;
      area.dataset.field = name;
      area.addEventListener("input", () => {
        const now = current();
        drafts.rewrite(key, { ...now, data: { ...now.data, [name]: area.value }, fields: { ...now.fields, [name]: { ...now.fields[name], value: area.value } } });
      });
      made.append(area);
    }
    const give = (type, data) => {
      const now = current();
      const fields = Object.entries(now.fields).filter(([, field]) => field.text).map(([name, field]) => ({ name, label: field.label, value: field.value }));
      levertree.forms.contribute({ type, data, fields, form: key, clears: true }).then(() => drafts.drop(key));
    };
    const actions = element("div", { class: "card-do row" });
    const late = draft.late || LATE.has(draft.command);
    if (!over) actions.append(button("Send", () => give(draft.command, current().data), "primary"));
    else if (late) actions.append(button("Send as late entry", () => give(draft.command, { ...current().data, late: "true" }), "primary"));
    if (over && !late && document.querySelector("form[data-command=ParkThought]")) actions.append(button("Put into the parking lot", () => give("ParkThought", { text: words() })));
    actions.append(button("Copy", () => levertree.copy(words())), button("Discard", () => drafts.drop(key)));
    made.append(actions);
    return made;
  }

  // Refused words return to where they were typed, if that place is free.
  function comeBack(item) {
    const form = formsByKey().get(item.form);
    if (!form) return false;
    const targets = item.fields.map((sent) => [drafts.fieldsOf(form).find((field) => field.name === sent.name), sent]);
    const free = targets.every(([field, sent]) => field && !field.disabled && (field.value === sent.value || (!drafts.edited.has(field) && (drafts.standard(field) || !field.value))));
    if (!free) return false;
    for (const [field, sent] of targets) drafts.put(field, sent.value);
    drafts.save(form);
    notes.set(item.form, { state: "refused", why: item.why });
    forget(item);
    return true;
  }

  function forget(item) {
    items.delete(item.key);
    outbox.drop(item.key);
    render();
  }

  function changed(item) {
    const form = formsByKey().get(item.form);
    if (form && item.state === "local") form.dataset.waiting = "";
    else if (form) delete form.dataset.waiting;
    if (item.state === "refused") {
      if (!item.fields.length) {
        page.toast(item.why, "refused");
        forget(item);
        return;
      }
      items.set(item.key, item);
      comeBack(item);
      page.announce(`Refused: ${item.why}`, { urgent: true });
    } else if (item.state === "saved") {
      if (items.has(item.key)) items.set(item.key, item);
      setTimeout(() => { items.delete(item.key); render(); }, 1500);
      if (!item.clears && item.fields.length && notes.has(item.form)) {
        notes.set(item.form, { state: "saved", why: "" });
        setTimeout(() => { if ((notes.get(item.form) || {}).state === "saved") notes.delete(item.form); render(); }, 4000);
      }
    } else {
      items.set(item.key, item);
      if (!item.clears && item.fields.length) notes.set(item.form, { state: "local", why: "" });
      else notes.delete(item.form);
    }
    render();
    levertree.link.say();
  }

  // What the server draws now holds what it has saved: our own copy of it goes.
  function drawn() {
    for (const item of items.values()) if (item.state === "saved") items.delete(item.key);
    render();
  }

  // In the content that arrives, our lists and notes stand where they stand now, so that a morph leaves them alone.
  function place(fragment, target) {
    for (const form of fragment.querySelectorAll("form[data-command][id]")) {
      const list = document.getElementById(`kept-${form.id}`);
      const line = document.getElementById(`note-${form.id}`);
      if (list && target.contains(list)) form.before(element("ul", { id: list.id, "data-kept": true }));
      if (line && target.contains(line)) form.append(element("p", { id: line.id, "data-kept": true }));
    }
  }

  // The field with the caret left the screen: writing goes on in the tray, at the same place in the text.
  function follow({ field, caret }) {
    if (!field.form) return;
    const box = document.getElementById(`kept-draft-${drafts.keyOf(field.form)}`);
    const area = box && [...box.querySelectorAll("textarea")].find((one) => one.dataset.field === field.name);
    if (!area) return;
    area.focus();
    if (typeof caret[0] === "number") area.setSelectionRange(caret[0], caret[1]);
    page.announce("This phase is over. What you were writing is kept below.", { urgent: true });
  }

  async function load() {
    for (const item of await outbox.mine()) {
      items.set(item.key, item);
      if (item.state === "refused" && item.fields.length) comeBack(item);
    }
    render();
  }

  // Somebody else changed what this person is changing: both stay visible until one of them is sent.
  function meanwhile(field, value) {
    if (field.form && value !== field.value) notes.set(drafts.keyOf(field.form), { state: "theirs", why: value ? `Meanwhile somebody wrote “${value}”. Yours replaces it when you send it.` : "Meanwhile somebody emptied this. Yours comes back when you send it." });
  }

  function touched(form) {
    const key = drafts.keyOf(form);
    const now = notes.get(key);
    if (now && (now.state === "saved" || now.state === "refused")) { notes.delete(key); note(form, key); }
  }

  delivery.whenChanged(changed);
  const waiting = () => [...items.values()].filter((item) => item.state === "local").length;

  return { render, drawn, waiting, place, follow, load, touched, meanwhile, changed };
})();
