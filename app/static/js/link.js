// One socket that comes back: heartbeat, probe after waking up, back-off (LIVE-7, LIVE-8, LIVE-11). It knows nothing of what is
// said over it but hello, welcome, ping and pong.
"use strict";
levertree.link = (() => {
  const { page } = levertree;
  const PING_EVERY = 10000, SILENT_AFTER = 20000, PROBE_WITHIN = 2500, GREETED_WITHIN = 10000, SAY_AFTER = 1200;
  const FINAL = new Set([4401, 4403, 4404, 4426]);
  let socket = null, state = "idle", tries = 0, heardAt = 0, pingedAt = 0, connectAt = 0;
  let retry = 0, probe = 0, lostAt = 0, upOnce = false;
  let on = { hello: () => ({}), welcome() {}, message() {}, down() {}, ended() {}, pong() {} };

  const now = () => performance.now();
  const send = (message) => { if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); };

  function ping() {
    pingedAt = now();
    send({ t: "ping", seq: on.seq(), at: now() });
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
    clearTimeout(probe);
    probe = 0;
    const message = JSON.parse(text);
    if (message.t === "pong") on.pong(message, now());
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
    probe = 0;
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
    else if (state === "up" && !probe) {
      ping();
      probe = setTimeout(() => restart(), PROBE_WITHIN);
    } else if (state === "connecting" && now() - connectAt > PROBE_WITHIN) restart();
  }

  function start(handlers) {
    on = { ...on, seq: () => 0, waiting: () => 0, woke() {}, ...handlers };
    lostAt = now();
    connect();
    setTimeout(sayWhenLong, 3000);
    setInterval(() => {
      if (state === "up" && now() - pingedAt >= PING_EVERY) ping();
      if (state === "up" && now() - heardAt > SILENT_AFTER) restart();
      if (state === "connecting" && now() - connectAt > GREETED_WITHIN) restart();
    }, 1000);
    document.addEventListener("visibilitychange", wake);
    addEventListener("pageshow", wake);
    addEventListener("online", wake);
    addEventListener("offline", () => { if (state === "up") { ping(); probe = probe || setTimeout(() => restart(), PROBE_WITHIN); } });
    addEventListener("pagehide", () => { if (socket) { const old = socket; socket = null; old.onclose = null; old.close(); state = "waiting"; } });
  }

  return { start, send, restart, say: sayWhenLong, get up() { return state === "up"; }, get ended() { return state === "ended"; }, get seenOnce() { return upOnce; } };
})();
