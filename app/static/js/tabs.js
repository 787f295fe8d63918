// Which tabs of this browser are alive. A tab asks once and the others answer; what a closed tab left behind (unsent
// contributions, drafts) is taken over by one that is there. Two tabs that both believe they are alone do no harm: numbers
// are given out in one transaction of the shared outbox, and the server counts every number once (LIVE-2, LIVE-12).
"use strict";
levertree.tabs = (() => {
  const { page } = levertree;
  const slot = `levertree tab ${page.place}`;
  const ANSWER_WITHIN = 400, RELOAD_TAKES = 5000;
  const born = Date.now() + Math.random();
  let alive = null, answers = new Set();
  let id = read() || fresh();
  let channel = null, changed = () => {}, replaced = () => {};

  // No crypto.randomUUID on plain http; getRandomValues is there everywhere.
  function fresh() {
    const made = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
    try { sessionStorage.setItem(slot, made); } catch { /* blocked: the id lives as long as the page */ }
    return made;
  }
  function read() {
    try { return sessionStorage.getItem(slot); } catch { return null; }
  }
  const post = (word) => { if (channel) channel.postMessage({ word, id, born }); };

  function hear({ word, id: other, born: theirs }) {
    if (word === "bye") {
      setTimeout(call, RELOAD_TAKES); // or is it only loading anew?
      return;
    }
    if (other === id) {
      // A duplicated tab starts with a copy of the other's memory: the younger one becomes somebody new.
      if (theirs < born) { id = fresh(); replaced(); } else if (word === "who") post("here");
      return;
    }
    answers.add(other);
    if (alive) alive.add(other);
    if (word === "who") post("here");
  }

  function call() {
    answers = new Set();
    post("who");
    setTimeout(() => { alive = answers; changed(); }, ANSWER_WITHIN);
  }

  function start(whenChanged, whenReplaced) {
    changed = whenChanged;
    replaced = whenReplaced;
    if (typeof BroadcastChannel === "function") {
      channel = new BroadcastChannel(`levertree ${page.place}`);
      channel.onmessage = (event) => hear(event.data);
    }
    call();
    setInterval(call, 30000);
    addEventListener("pagehide", () => post("bye"));
    addEventListener("pageshow", (event) => { if (event.persisted) call(); });
  }

  return { start, get id() { return id; }, alive: (other) => other === id || !alive || alive.has(other) }; // before the first answers: nobody is dead
})();
