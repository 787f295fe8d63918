// The live screen: one socket, contributions up, regions down (docs/protocol.md).
"use strict";
(() => {
  const body = document.body.dataset;
  const seen = { epoch: body.epoch, seq: Number(body.seq) || 0, client: "", cid: 1 };
  const waiting = new Map();
  let socket = null, tries = 0, offset = 0;

  const say = (text, loud) => { document.getElementById(loud ? "alert" : "say").textContent = text; };

  function connect() {
    const query = new URLSearchParams(body.seat ? { seat: body.seat } : body.key ? { key: body.key } : {});
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/${body.code}/${body.screen}?${query}`);
    socket.onopen = () => send({ t: "hello", proto: Number(body.proto), build: body.build, epoch: seen.epoch, seq: seen.seq, client_id: seen.client, next_cid: seen.cid });
    socket.onmessage = (event) => hear(JSON.parse(event.data));
    socket.onclose = (event) => {
      document.documentElement.dataset.live = "off";
      if ([4401, 4403, 4404, 4426].includes(event.code)) return location.reload();
      document.getElementById("banner").textContent = "Reconnecting…";
      setTimeout(connect, (0.25 + 0.75 * Math.random()) * Math.min(500 * 2 ** tries++, 10000));
    };
  }
  const send = (message) => { if (socket && socket.readyState === 1) socket.send(JSON.stringify(message)); };

  function hear(message) {
    if (message.t === "welcome") {
      tries = 0;
      document.documentElement.dataset.live = "on";
      document.getElementById("banner").textContent = "";
      offset = message.now - Date.now();
      seen.epoch = message.epoch;
      seen.client = message.client_id;
      seen.cid = Math.max(seen.cid, message.last_cid + 1);
      for (const item of waiting.values()) send(item.wire);
    } else if (message.t === "parts") {
      for (const part of message.parts) show(part);
      seen.seq = message.seq;
    } else if (message.t === "ack" || message.t === "refused") {
      const item = waiting.get(message.cid);
      waiting.delete(message.cid);
      if (message.t === "refused") say(message.why, true);
      else if (item && item.form.isConnected && item.form.matches("[data-clears], .compose")) item.form.reset();
    } else if (message.t === "notice") say(message.text, true);
  }

  function show(part) {
    const target = document.getElementById(part.region);
    if (target) htmx.swap({ target, text: part.html, swap: "innerMorph" });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-command]");
    if (!form || !socket || socket.readyState !== 1) return;
    event.preventDefault();
    const data = Object.fromEntries(new FormData(form, event.submitter));
    const wire = { t: "cmd", cid: seen.cid++, type: form.dataset.command, data };
    waiting.set(wire.cid, { wire, form });
    send(wire);
  });

  setInterval(() => send({ t: "ping", seq: seen.seq, at: Date.now() }), 10000);
  setInterval(() => {
    for (const clock of document.querySelectorAll("[data-clock]")) {
      const left = clock.dataset.deadline ? clock.dataset.deadline - Date.now() - offset : Number(clock.dataset.left || 0);
      const text = clock.querySelector("[data-clock-text]");
      const seconds = Math.max(0, Math.ceil(Math.abs(left) / 1000));
      if (clock.dataset.phase) text.textContent = `${left < 0 ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
  }, 250);
  document.addEventListener("DOMContentLoaded", connect);
})();
