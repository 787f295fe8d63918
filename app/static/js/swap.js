// New content for a region, without disturbing whoever types in it (LIVE-6). htmx morphs the region; around it we see to it that
// forms, fields and folds keep their identity (so that text cannot wander into another record's field), that the field being
// edited is never touched, and that what arrived is marked for a moment.
"use strict";
levertree.swap = (() => {
  const { page, drafts } = levertree;
  const versions = new Map();
  const latest = new Map();
  const waiting = new Map();
  const missed = new Map();
  const fresh = new Map();
  const put = new WeakSet();
  const NEW_FOR = 4000;
  let morph = null, composing = null;
  let added = [];
  let before = () => {}, after = () => {}, theirs = () => {};
  let question = "";

  htmx.registerExtension("levertree", {
    init(api) { morph = api.morph; },
    htmx_before_morph_node(old, { newNode }) {
      if (old.hasAttribute("data-kept")) return false;
      if (isPlace(newNode) && !put.has(newNode)) { dress(old, newNode); return false; }
      const field = old.matches("input, textarea, select");
      if (field && drafts.edited.has(old) && drafts.isText(old) && newNode.defaultValue !== old.defaultValue) theirs(old, newNode.defaultValue);
      if (field && old === document.activeElement && drafts.isText(old)) return false;
      if (field && drafts.edited.has(old) && old.tagName !== "INPUT") {
        for (const name of ["disabled", "class", "aria-invalid", "aria-describedby", "maxlength"]) newNode.hasAttribute(name) ? old.setAttribute(name, newNode.getAttribute(name)) : old.removeAttribute(name);
        return false;
      }
      return true;
    },
    htmx_before_morph_attr(old, { attrName }) {
      if (attrName === "open" && old.tagName === "DETAILS") return false;
      if (attrName === "data-waiting") return false;
      if (attrName === "style" && old.tagName === "TEXTAREA") return false;
      return !((attrName === "value" || attrName === "checked") && drafts.edited.has(old));
    },
  });

  const slug = (text) => text.replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 60);

  // The same names on both sides of a morph: what an element is about, not where it stands.
  function name(root, region) {
    const used = new Map();
    const unique = (wanted) => {
      const times = (used.get(wanted) || 0) + 1;
      used.set(wanted, times);
      return times === 1 ? wanted : `${wanted}.${times}`;
    };
    const around = (node) => (node.parentElement && node.parentElement.closest("[data-region][id]") || { id: region }).id;
    // A region within a form: its fields belong to that form.
    const place = region && document.getElementById(region);
    if (place && place.closest("form[data-command]")) for (const field of root.querySelectorAll("input[name=id]")) field.name = ":id";
    for (const form of root.querySelectorAll("form[data-command]")) {
      // A field called "id" hides the form's own id, by which the morph finds it again: it goes by another name until the form is read.
      for (const field of form.querySelectorAll("input[name=id]")) field.name = ":id";
      const base = form.id || unique(slug(`do-${around(form)}-${form.dataset.command}-${drafts.phaseOf(form)}-${drafts.recordOf(form)}`));
      form.id = base;
      for (const field of form.elements) {
        if (field.id || field.type === "hidden" || field.tagName === "FIELDSET") continue;
        field.id = unique(slug(`${base}-${field.name || "go"}${field.type === "radio" || field.type === "checkbox" || field.tagName === "BUTTON" ? `-${field.value}` : ""}`));
      }
    }
    for (const fold of root.querySelectorAll("details:not([id])")) {
      const words = (fold.querySelector("summary") || fold).textContent.replace(/\d+/g, "").trim();
      fold.id = unique(slug(`fold-${around(fold)}-${words}`));
    }
  }

  document.addEventListener("formdata", ({ formData }) => {
    if (!formData.has(":id")) return;
    formData.set("id", formData.get(":id"));
    formData.delete(":id");
  });

  function parsed(target, html) {
    if (target.namespaceURI === "http://www.w3.org/2000/svg") {
      const range = document.createRange();
      range.selectNodeContents(target);
      return range.createContextualFragment(html);
    }
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  }

  function caretOf(field) {
    try {
      return [field.selectionStart, field.selectionEnd, field.selectionDirection];
    } catch {
      return [null];
    }
  }

  // The place of a region inside another one comes empty (docs/protocol.md). What arrives with it is put there at once, so that all of
  // it is one morph; else the place keeps what it holds.
  const isPlace = (node) => node.nodeType === 1 && node.hasAttribute("data-region") && node.id !== "" && !node.hasChildNodes();
  function settle(fragment, arrived) {
    for (const place of fragment.querySelectorAll("[data-region][id]:empty")) {
      const part = arrived.get(place.id);
      if (!part || part.v < (versions.get(part.region) || 0)) continue;
      const shown = document.getElementById(place.id);
      arrived.delete(place.id);
      versions.set(place.id, part.v);
      latest.set(place.id, part.html);
      if (composing && shown && shown.contains(composing)) { waiting.set(place.id, part.html); continue; }
      put.add(place);
      place.innerHTML = part.html;
      settle(place, arrived);
    }
  }
  function dress(old, made) {
    for (const { name: attribute, value } of made.attributes) if (old.getAttribute(attribute) !== value) old.setAttribute(attribute, value);
    for (const { name: attribute } of [...old.attributes]) if (!made.hasAttribute(attribute)) old.removeAttribute(attribute);
  }

  function apply(target, html, arrived = new Map()) {
    const active = document.activeElement;
    const inside = active && target.contains(active) ? active : null;
    const caret = inside ? caretOf(inside) : null;
    const top = inside ? inside.getBoundingClientRect().top : 0;
    const fragment = parsed(target, html);
    settle(fragment, arrived);
    name(fragment, target.id);
    before(fragment, target);
    const known = new Set([...target.querySelectorAll("li[id], [data-new][id]")].map((node) => node.id));
    const holding = [...fragment.querySelectorAll("[data-region][id]:empty")].filter((place) => !put.has(place)).map((place) => document.getElementById(place.id)).filter(Boolean);
    morph(target, fragment, true);
    // Should a place have become another element, what it held moves in.
    for (const old of holding) {
      const now = old.isConnected ? null : document.getElementById(old.id);
      if (now && !now.hasChildNodes()) now.append(...old.childNodes);
    }
    if (target.querySelector("[hx-post]")) htmx.process(target); // fields that ask while one types (draft)
    if (inside && inside.isConnected) {
      if (document.activeElement !== inside) {
        inside.focus({ preventScroll: true });
        if (caret[0] !== null && caret[0] !== undefined) inside.setSelectionRange(...caret);
      }
      const moved = inside.getBoundingClientRect().top - top;
      if (Math.abs(moved) > 1 && drafts.isText(inside)) scrollBy(0, moved);
    }
    follow(target);
    mark(target, known);
    after(target, inside && !inside.isConnected ? { field: inside, caret } : null);
  }

  // Fields that nobody edits show what the server says, also where a click had changed them.
  function follow(target) {
    for (const field of target.querySelectorAll("form[data-command] :is(input[type=checkbox], input[type=radio], select:not([data-kept]))")) {
      if (!drafts.edited.has(field) && !field.closest("form[data-waiting]") && field !== document.activeElement) drafts.reset(field);
    }
  }

  function mark(target, known) {
    const now = performance.now();
    const first = !versions.has(`${target.id} drawn`);
    versions.set(`${target.id} drawn`, 1);
    const others = !target.closest("#mine, #foot, #top, #agenda, #aside, #people, #setup");
    for (const node of target.querySelectorAll("li[id], [data-new][id]")) {
      if (others && !first && known.size && !known.has(node.id) && !node.hasAttribute("data-kept")) {
        fresh.set(node.id, now + NEW_FOR);
        added.push(node);
      }
      const until = fresh.get(node.id);
      if (until > now) {
        node.classList.add("is-new");
        setTimeout(() => { node.classList.remove("is-new"); fresh.delete(node.id); }, until - now);
      }
    }
  }

  // One sentence for all that arrived together.
  function tell() {
    const heading = document.querySelector("h1.q, .board-q, h1.question");
    const now = heading ? heading.textContent.trim() : "";
    if (question && now && now !== question) {
      question = now;
      added = [];
      page.announce(now, { urgent: true });
      return;
    }
    question = now || question;
    const nodes = added.filter((node) => node.isConnected);
    added = [];
    if (!nodes.length || page.screen === "wall") return;
    const words = (nodes[0].querySelector("[dir=auto]") || nodes[0]).textContent.replace(/\s+/g, " ").trim().slice(0, 100);
    page.announce(nodes.length === 1 ? `New: ${words}` : `${nodes.length} new on the board`);
  }

  function show(parts) {
    const arrived = new Map(parts.map((part) => [part.region, part]));
    for (const part of parts) {
      if (!arrived.has(part.region)) continue; // it stands in its place already
      const target = document.getElementById(part.region);
      // Equal versions are drawn: who is here or writing changes a region without changing the workshop's number.
      if (!target && waiting.size) missed.set(part.region, part); // its place is in a region that waits
      if (!target || part.v < (versions.get(part.region) || 0)) continue;
      arrived.delete(part.region);
      versions.set(part.region, part.v);
      latest.set(part.region, part.html);
      if (composing && target.contains(composing)) waiting.set(part.region, part.html);
      else apply(target, part.html, arrived);
    }
    tell();
  }

  function redraw(id, html) {
    const target = document.getElementById(id);
    if (target) apply(target, html, missed);
  }

  // While an input method composes a word, its region waits: nothing may come between the keys and the word.
  document.addEventListener("compositionstart", (event) => { composing = event.target; });
  document.addEventListener("compositionend", () => {
    composing = null;
    setTimeout(() => {
      if (composing) return;
      for (const [id, html] of waiting) redraw(id, html);
      waiting.clear();
      missed.clear();
    });
  });
  // A field that was left alone while it had the focus catches up when it loses it.
  document.addEventListener("focusout", (event) => {
    const region = event.target.closest && event.target.matches("input, textarea") && event.target.closest("[data-region]");
    if (region && !composing && latest.has(region.id)) setTimeout(() => { if (!region.contains(document.activeElement)) redraw(region.id, latest.get(region.id)); });
  });

  return {
    show, name,
    forget() { versions.clear(); },
    around(first, then, meanwhile) { before = first; after = then; theirs = meanwhile; },
  };
})();
