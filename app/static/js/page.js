// Which screen this is, and how it speaks to the person in front of it. The other files hang their parts on `levertree`.
"use strict";
const levertree = {};

levertree.page = (() => {
  const data = document.body ? document.body.dataset : {};
  const seat = (/\/seat\/([^/]+)\/?$/.exec(location.pathname) || [])[1] || "";
  const key = new URLSearchParams(location.search).get("key") || "";
  const screen = data.screen || "page";
  const device = screen === "phone" && !seat ? "this phone" : "this device";
  const live = Boolean(data.code) && data.proto !== undefined && ["phone", "console", "wall"].includes(screen);

  const page = {
    code: data.code || "", screen, seat, key, device, live,
    person: data.person || "",
    build: data.build || "",
    proto: Number(data.proto) || 0,
    epoch: data.epoch || "",
    seq: Number(data.seq) || 0,
    // Outbox and drafts belong to one person on one kind of screen of one workshop.
    place: `${data.code || ""}|${screen}|${data.person || ""}`,
    writes: live && screen !== "wall",
    phase: () => (document.querySelector("[data-clock][data-phase]") || { dataset: {} }).dataset.phase || "",
    phaseTitle: () => ((document.querySelector(".qbar .phase, #agenda [aria-current] .agenda-name") || {}).textContent || "").split(" · ")[0].trim(),
    element, icon, announce, toast, banner,
  };

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") made.addEventListener("click", value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  // The same marks as the server's macros draw; words always stand beside them.
  const paths = { check: "M5 12.5l4.5 4.5L19 7.5", cross: "M6 6l12 12M18 6L6 18", wait: "M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18" };
  function icon(name, size = 14) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [attribute, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" })) svg.setAttribute(attribute, value);
    for (const [attribute, value] of Object.entries({ d: paths[name], fill: "none", stroke: "currentColor", "stroke-width": 2 })) path.setAttribute(attribute, value);
    svg.append(path);
    return svg;
  }

  // Spoken politely, and never more than one sentence every few seconds: what comes meanwhile replaces what waits.
  let spokenAt = -Infinity, next = null, timer = 0;
  function announce(text, { urgent = false } = {}) {
    if (!urgent && next && next.urgent) return;
    next = { text, urgent };
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      spokenAt = performance.now();
      const line = document.getElementById("say");
      if (line && next) line.textContent = next.text;
      next = null;
    }, Math.max(urgent ? 0 : 200, spokenAt + (urgent ? 0 : 5000) - performance.now()));
  }

  let toastTimer = 0;
  function toast(text, kind = "info") {
    const slot = document.getElementById("alert");
    if (!slot) return;
    const close = element("button", { type: "button", class: "btn quiet", onclick: () => slot.replaceChildren() }, "Close");
    slot.replaceChildren(element("div", { class: `toast ${kind}` }, icon(kind === "refused" ? "cross" : "check", 18), element("p", {}, text), close));
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => { if (!slot.contains(document.activeElement)) slot.replaceChildren(); }, 8000 + 60 * text.length);
  }

  function banner(text, kind = "reconnecting", action = null) {
    const slot = document.getElementById("banner");
    if (!slot || slot.dataset.text === text) return;
    slot.dataset.text = text;
    slot.replaceChildren();
    if (text) slot.append(element("div", { class: `banner ${kind}` }, element("p", {}, icon(kind === "refused" ? "cross" : "wait", 18), element("span", {}, text)), action));
  }

  return page;
})();
