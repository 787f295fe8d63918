// What this person contributed and where it is: on this phone, saved, refused. Survives closing the tab (IndexedDB, which also
// works on plain http); where a browser allows no storage it lives in memory and says so (LIVE-5).
//
// One record per place holds all its items and the next number of each client id, so that every step is one atomic
// transaction, also between tabs: a number is never given out twice (LIVE-2). Saved items stay for ten minutes: a server that
// was restored from a backup tells a lower `last_cid` and is offered them again.
"use strict";
levertree.outbox = (() => {
  const { page, tabs } = levertree;
  const KEEP_SAVED = 10 * 60 * 1000;
  const KEEP_REFUSED = 7 * 24 * 3600 * 1000;
  let memory = null;
  let last = empty();

  function empty() {
    return { place: page.place, key: 0, items: [], next: {} };
  }

  const database = new Promise((resolve, reject) => {
    const request = indexedDB.open("levertree", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("places", { keyPath: "place" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    setTimeout(() => reject(new Error("no answer")), 4000);
  });
  database.catch(() => {}); // told when something is to be stored

  function inDatabase(change) {
    return database.then((db) => new Promise((resolve, reject) => {
      const transaction = db.transaction("places", "readwrite", { durability: "strict" });
      const places = transaction.objectStore("places");
      let result, record;
      const found = places.get(page.place);
      found.onsuccess = () => {
        record = found.result || empty();
        result = change(record);
        places.put(record);
      };
      transaction.oncomplete = () => { last = record; resolve(result); };
      transaction.onabort = transaction.onerror = () => reject(transaction.error || new Error("not stored"));
    }));
  }

  async function update(change) {
    if (!memory) {
      try {
        return await inDatabase(change);
      } catch {
        memory = last;
        page.toast(`This browser does not let us keep things here. Leave the page open until everything says Saved.`, "refused");
      }
    }
    return change(memory);
  }

  const byNumber = (a, b) => (a.cid || Infinity) - (b.cid || Infinity) || a.key - b.key;
  const unsettled = (record, client) => record.items.filter((item) => item.state === "local" && item.client === client && item.cid).sort(byNumber);

  function prune(record) {
    const now = Date.now();
    record.items = record.items.filter((item) => item.state === "local" || now - item.settled < (item.state === "saved" ? KEEP_SAVED : KEEP_REFUSED));
  }

  // A contribution is safe once this resolves; only then may its field be cleared.
  const add = (item) => update((record) => {
    prune(record);
    const kept = { ...item, key: ++record.key, tab: tabs.id, client: "", cid: 0, state: "local", why: "", at: Date.now(), settled: 0 };
    record.items.push(kept);
    return kept;
  });

  // The server said who we are and what it has: offer again what it lost, number anew what it cannot know; gives what to send.
  const greeted = (client, lastCid, epoch) => update((record) => {
    const ours = record.items.filter((item) => item.client === client || item.tab === tabs.id);
    let known = lastCid; // an answer of this very database proves that it has everything up to there
    for (const item of ours) if (item.state !== "local" && item.client === client && item.epoch === epoch) known = Math.max(known, item.cid);
    for (const item of ours) {
      const lost = item.epoch !== epoch && (item.client !== client || item.cid > known);
      if (item.state === "saved" && lost) item.state = "local";
      if (item.state === "local" && item.client !== client) Object.assign(item, { client, cid: 0 });
    }
    const open = ours.filter((item) => item.state === "local").sort(byNumber);
    let next = known + 1;
    for (const item of open) if (!item.cid || item.cid > known) item.cid = next++;
    record.next[client] = next;
    return unsettled(record, client);
  });

  // Number what this tab has not sent yet; gives everything that waits for an answer, in order.
  const number = (client) => update((record) => {
    for (const item of record.items) {
      if (item.state !== "local" || item.tab !== tabs.id || item.cid) continue;
      Object.assign(item, { client, cid: record.next[client] || 1 });
      record.next[client] = item.cid + 1;
    }
    return unsettled(record, client);
  });

  const settle = (client, cid, state, why, epoch) => update((record) => {
    const item = record.items.find((one) => one.client === client && one.cid === cid);
    if (item) Object.assign(item, { state, why, epoch, settled: Date.now() });
    return item;
  });

  const drop = (key) => update((record) => { record.items = record.items.filter((item) => item.key !== key); });

  // Take over what tabs left that are gone. What they may have sent already keeps its client id and number, or it could count
  // twice: gives the client id to go on with, if there is one.
  const adopt = () => update((record) => {
    let identity = "";
    for (const item of record.items) {
      if (item.state === "saved" || tabs.alive(item.tab)) continue;
      if (item.state === "local" && item.cid) {
        if (identity && item.client !== identity) continue;
        identity = item.client;
      }
      item.tab = tabs.id;
    }
    return identity;
  });

  const mine = () => update((record) => record.items.filter((item) => item.tab === tabs.id && item.state !== "saved"));

  return { add, greeted, number, settle, drop, adopt, mine };
})();
