// One socket that comes back: heartbeat, probe after waking up, back-off (LIVE-7, LIVE-8, LIVE-11). It knows nothing of what is
// said over it but hello, welcome, ping, pong and probe. A tab that is hidden for minutes gets its timers once a minute, or not at
// all: silence counts only after a question that had its time, and the server's probe is answered without any timer.
"use strict";
levertree.link = (() => {
  const { page } = levertree;
  const PING_EVERY = 10000, SILENT_AFTER = 19000, ANSWER_WITHIN = 5000, PROBE_WITHIN = 2500, LATE = 5000, GREETED_WITHIN = 10000, SAY_AFTER = 1200;
  const FINAL = new Set([4401, 4403, 4404, 4426]);
  let socket = null, state = "idle", tries = 0, heardAt = 0, pingedAt = 0, askedAt = 0, connectAt = 0, tickedAt = 0;
  let retry = 0, probe = 0, lostAt = 0, upOnce = false;
  let on = { hello: () => ({}), welcome() {}, message() {}, down() {}, ended() {}, pong() {} };

  const now = () => performance.now();
  const send = (message) => { if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); };

  // `askedAt`: since when a ping waits for an answer, 0 when none does.
  function ping() {
    pingedAt = now();
    askedAt = askedAt || pingedAt;
    send({ t: "ping", seq: on.seq(), at: pingedAt });
  }

  // Is anybody there? Without an answer in time the link is given up. A timer that rings late may have been held back together
  // with the answer, so it asks once more.
  function ask(again = true) {
    clearTimeout(probe);
    const since = now();
    ping();
    probe = setTimeout(() => { if (again && now() - since > 2 * PROBE_WITHIN) ask(false); else restart(); }, PROBE_WITHIN);
  }

  function beat() {
    const late = tickedAt && now() - tickedAt > LATE;
    tickedAt = now();
    if (state === "connecting" && now() - connectAt > GREETED_WITHIN) restart();
    if (state !== "up" || probe) return;
    // Timers rested: the device slept, or the tab was hidden for long. What was silent meanwhile says nothing.
    if (late) ask();
    else if (now() - heardAt > SILENT_AFTER && askedAt && now() - askedAt > ANSWER_WITHIN) restart();
    else if (now() - pingedAt >= PING_EVERY) ping();
  }

  function connect() {
    clearTimeout(retry);
    retry = 0;
    if (state === "ended" || socket) return;
    const query = new URLSearchParams(page.seat ? { seat: page.seat } : page.key ? { key: page.key } : {});
    const made = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${page.code}/${page.screen}?${query}`);
    socket = made;
    state = "connecting";
    connectAt = heardAt = now();
    made.onopen = () => send({ t: "hello", ...on.hello() });
    made.onmessage = (event) => { if (socket === made) hear(event.data); };
    made.onclose = (event) => { if (socket === made) lost(event.code); };
  }

  function hear(text) {
    heardAt = now();
    askedAt = 0;
    clearTimeout(probe);
    probe = 0;
    const message = JSON.parse(text);
    if (message.t === "pong") on.pong(message, now());
    else if (message.t === "probe") ping();
    else if (message.t === "welcome") {
      state = "up";
      tries = 0;
      lostAt = 0;
      upOnce = true;
      document.documentElement.dataset.live = "on";
      page.banner("");
      on.welcome(message);
      // A few quick samples of the server's clock, then the calm rhythm.
      for (const after of [0, 250, 700, 1500]) setTimeout(() => { if (state === "up") ping(); }, after);
    } else on.message(message);
  }

  function lost(code) {
    socket = null;
    clearTimeout(probe);
    probe = askedAt = 0;
    lostAt = lostAt || now();
    state = "waiting";
    document.documentElement.dataset.live = "off";
    on.down();
    if (FINAL.has(code)) {
      state = "ended";
      on.ended(code);
      return;
    }
    const spread = 0.25 + 0.75 * Math.random();
    const wait = code === 1012 ? 3000 * Math.random() : spread * Math.min(500 * 2 ** tries, 10000);
    tries += 1;
    retry = setTimeout(connect, wait);
    setTimeout(sayWhenLong, SAY_AFTER + 50);
  }

  function sayWhenLong() {
    if (state === "up" || state === "ended" || !lostAt || now() - lostAt < SAY_AFTER) return;
    const waiting = on.waiting();
    const kept = !page.writes ? "" : waiting ? ` ${waiting === 1 ? "One entry waits" : `${waiting} entries wait`} on ${page.device} and will be sent.` : ` What you write is kept on ${page.device}.`;
    page.banner(navigator.onLine === false ? `No network.${kept}` : `Reconnecting…${kept}`, navigator.onLine === false ? "offline" : "reconnecting");
  }

  // Leave this socket, whatever it still believes, and make a new one.
  function restart(code = 1006) {
    if (state === "ended") return;
    const old = socket;
    socket = null;
    if (old) {
      old.onmessage = old.onclose = null;
      old.close();
      lost(code);
    }
    tries = 0;
    connect();
  }

  // The tab is seen again, or the network is back: within three seconds we know whether the link still lives.
  function wake() {
    if (state === "ended" || document.visibilityState === "hidden") return;
    on.woke();
    if (state === "waiting") { tries = 0; connect(); }
    else if (state === "up") ask();
    else if (state === "connecting" && now() - connectAt > PROBE_WITHIN) restart();
  }

  function start(handlers) {
    on = { ...on, seq: () => 0, waiting: () => 0, woke() {}, ...handlers };
    lostAt = now();
    connect();
    setTimeout(sayWhenLong, 3000);
    setInterval(beat, 1000);
    document.addEventListener("visibilitychange", wake);
    addEventListener("pageshow", wake);
    addEventListener("online", wake);
    addEventListener("offline", () => { if (state === "up" && !probe) ask(); });
    addEventListener("pagehide", () => { if (socket) { const old = socket; socket = null; old.onclose = null; old.close(); state = "waiting"; } });
  }

  return { start, send, restart, say: sayWhenLong, get up() { return state === "up"; }, get ended() { return state === "ended"; }, get seenOnce() { return upOnce; } };
})();
