// The live screen (docs/protocol.md): puts the parts together. One socket, contributions up through the outbox, regions down
// through the swap; the page itself shows the same as a reload would (LIVE-4).
"use strict";
(() => {
  const { page, tabs, outbox, link, delivery, drafts, swap, clock, kept, forms } = levertree;
  if (!page.live) return;
  const seen = { epoch: page.epoch, seq: page.seq };
  const RELOADED = `levertree reloaded ${page.place}`;
  let behind = null, outdated = false;

  const endings = {
    4401: ["This page was opened under another address than its server's. Open the join link again.", "/"],
    4403: [page.screen === "phone" ? "You no longer have a seat here on this device. Join again to go on." : "This device may no longer open this screen. Use the facilitator's link.", `/${page.code}`],
    4404: ["This workshop is not there any more. Check the code with the facilitator.", "/"],
  };

  function remember(key, value) {
    try {
      if (value === undefined) return sessionStorage.getItem(key);
      sessionStorage.setItem(key, value);
    } catch { /* blocked */ }
    return null;
  }

  // The server is newer than this page (LIVE-11): first everything unsent goes out, then we wait for a pause in typing, then
  // the page is loaded anew, once. Drafts and the caret come back.
  async function renew(build) {
    if (outdated || remember(RELOADED) === build) return;
    outdated = true;
    const until = performance.now() + 20000;
    const quiet = () => performance.now() - typedAt > 1500 || document.visibilityState === "hidden";
    while (performance.now() < until && (kept.waiting() || !quiet())) await new Promise((go) => setTimeout(go, 150));
    remember(RELOADED, build);
    const field = document.activeElement;
    if (field && field.form && drafts.isText(field)) remember(`${RELOADED} caret`, JSON.stringify([drafts.keyOf(field.form), field.name, field.selectionStart, field.selectionEnd]));
    location.reload();
  }
  let typedAt = -Infinity;
  document.addEventListener("input", () => { typedAt = performance.now(); });

  function caretBack() {
    const text = remember(`${RELOADED} caret`);
    if (!text) return;
    sessionStorage.removeItem(`${RELOADED} caret`);
    const [key, name, start, end] = JSON.parse(text);
    const form = drafts.forms(document.body).find((one) => drafts.keyOf(one) === key);
    const field = form && drafts.fieldsOf(form).find((one) => one.name === name);
    if (!field) return;
    field.focus({ preventScroll: true });
    if (start !== null) field.setSelectionRange(start, end);
  }

  let helloAt = 0;
  const handlers = {
    seq: () => seen.seq,
    waiting: () => kept.waiting(),
    hello() {
      helloAt = performance.now();
      return { proto: page.proto, build: page.build, epoch: seen.epoch, seq: seen.seq, client_id: delivery.client };
    },
    welcome(message) {
      clock.sample(helloAt, performance.now(), message.now);
      // How far this page has seen is known from the parts that follow, never from the greeting: the line may break between them.
      if (message.mode === "snapshot") { swap.forget(); seen.seq = 0; }
      seen.epoch = message.epoch;
      if (page.writes) delivery.welcome(message);
      if (message.build !== page.build) renew(message.build);
    },
    pong(message, heardAt) {
      clock.sample(message.at, heardAt, message.now);
      // A lead that stays for most of a heartbeat means that something passed us by: come back and see all of it (LIVE-4).
      if (message.head <= seen.seq) behind = null;
      else if (!behind || behind.head !== message.head) behind = { head: message.head, since: heardAt };
      else if (heardAt - behind.since > 8000) { behind = null; link.restart(); }
    },
    message(message) {
      if (message.t === "parts") {
        seen.seq = Math.max(seen.seq, message.seq);
        swap.show(message.parts);
      } else if (message.t === "ack" || message.t === "refused") delivery.answered(message);
      else if (message.t === "busy") { delivery.busy(message); page.announce(message.why); }
      else if (message.t === "gap") delivery.gap(message);
      else if (message.t === "editing") levertree.editing.show(message.nodes);
      else if (message.t === "notice") page.toast(message.text, "refused");
    },
    woke() { clock.forget(); },
    down() { delivery.lost(); levertree.editing.show([]); },
    ended(code) {
      if (code === 4426) {
        renew("another protocol");
        page.banner("This page is older than the server. Load it again; what you wrote is kept.", "refused", reload());
        return;
      }
      const [text, href] = endings[code];
      page.banner(`${text} What you wrote is kept on ${page.device}.`, "refused", page.element("a", { class: "btn", href }, "Go on"));
    },
  };
  const reload = () => page.element("button", { type: "button", class: "btn", onclick: () => location.reload() }, "Load again");

  // Some networks let pages through but no sockets: then the forms are ordinary forms, and a reload shows the rest (LIVE-13).
  async function withoutSocket() {
    if (link.seenOnce || link.ended) return;
    const answers = await fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
    if (!answers || link.seenOnce) {
      setTimeout(withoutSocket, 10000);
      return;
    }
    levertree.plain = true;
    document.documentElement.dataset.live = "plain";
    page.banner("This network does not let live updates through. Everything works; load the page again to see what others did.", "info", reload());
  }

  async function inherit() {
    drafts.reload();
    drafts.restore(document);
    kept.render();
    if (!page.writes || kept.waiting()) return;
    const identity = await outbox.adopt();
    await kept.load();
    if (identity && identity !== delivery.client) { delivery.become(identity); link.restart(); }
    else delivery.refresh();
  }

  // A new phase begins at its question, however far down somebody had scrolled, but never away from under a half-written text.
  let shown = page.phase();
  function begin() {
    const now = page.phase(), field = document.activeElement;
    if (now === shown) return;
    shown = now;
    if (field && drafts.isText(field) && field.value) return;
    scrollTo(0, 0);
    for (const part of document.querySelectorAll("main, #aside")) part.scrollTop = 0;
  }

  swap.name(document.body, "");
  swap.around(kept.place, (target, lost) => {
    drafts.restore(target);
    forms.refreshAll(target);
    kept.drawn();
    clock.tick();
    begin();
    if (lost) kept.follow(lost);
  }, kept.meanwhile);
  drafts.whenChanged(() => kept.render());
  forms.start();
  if (page.writes) {
    drafts.restore(document);
    kept.load();
    caretBack();
    tabs.start(inherit, () => { delivery.become(""); link.restart(); });
  }
  clock.tick();
  link.start(handlers);
  setTimeout(withoutSocket, 15000);
})();
