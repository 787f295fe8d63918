// Brings the outbox to the server: in order, a few at a time, again after every doubt. Sending again is harmless (LIVE-2),
// so a lost answer, a gap or a new connection all end in the same step: ask the outbox what is open, and send it.
"use strict";
levertree.delivery = (() => {
  const { page, outbox, link } = levertree;
  const AT_ONCE = 12;
  const PATIENCE = 8000;
  const slot = `levertree client ${page.place}`;
  const flying = new Map();
  let client = read(), epoch = "", open = [], greeted = false, pausedUntil = 0, gapAt = 0;
  let changed = () => {};

  function read() {
    try { return sessionStorage.getItem(slot) || ""; } catch { return ""; }
  }
  function become(id) {
    client = id;
    try { id ? sessionStorage.setItem(slot, id) : sessionStorage.removeItem(slot); } catch { /* blocked: a reload gets a new id */ }
  }

  function pump() {
    if (!greeted || !link.up || performance.now() < pausedUntil) return;
    for (const item of open) {
      if (flying.size >= AT_ONCE) break;
      if (flying.has(item.cid)) continue;
      flying.set(item.cid, performance.now());
      link.send({ t: "cmd", cid: item.cid, type: item.type, data: item.data });
    }
  }

  async function add(item) {
    const kept = await outbox.add(item);
    changed(kept);
    if (greeted) await refresh(() => outbox.number(client));
    return kept;
  }

  async function refresh(ask) {
    open = await ask();
    pump();
  }

  async function welcome(message) {
    greeted = false;
    flying.clear();
    pausedUntil = 0;
    become(message.client_id);
    epoch = message.epoch;
    open = await outbox.greeted(client, message.last_cid, epoch);
    greeted = true;
    await refresh(() => outbox.number(client));
  }

  async function answered(message) {
    const state = message.t === "ack" ? "saved" : "refused";
    flying.delete(message.cid);
    open = open.filter((item) => item.cid !== message.cid);
    pump();
    const item = await outbox.settle(client, message.cid, state, message.why || "", epoch);
    if (item) changed(item);
  }

  function busy(message) {
    // Everything after it will be answered with a gap: wait, then go on from there in order.
    flying.clear();
    pausedUntil = performance.now() + message.after * 1000;
    setTimeout(pump, message.after * 1000 + 20);
  }

  function gap(message) {
    const now = performance.now();
    if (now < pausedUntil || now - gapAt < 250) return;
    gapAt = now;
    flying.clear();
    refresh(() => outbox.greeted(client, message.expected - 1, epoch));
  }

  // What got no answer in a long while goes out again; the link may have swallowed it.
  setInterval(() => {
    const now = performance.now();
    for (const [cid, since] of flying) if (now - since > PATIENCE) flying.delete(cid);
    pump();
  }, 2000);

  return {
    add, welcome, answered, busy, gap, become,
    lost() { greeted = false; flying.clear(); },
    refresh: () => (greeted ? refresh(() => outbox.number(client)) : undefined),
    whenChanged(tell) { changed = tell; },
    get client() { return client; },
  };
})();
