// The clock that the server keeps (LIVE-10). Its time is measured, not believed: of the last answers the one that travelled
// fastest counts, so that all screens agree within a quarter of a second, whatever the phone's own clock says.
"use strict";
levertree.clock = (() => {
  const { page, sound } = levertree;
  const KEEP = 12;
  let samples = [];
  const drawnAt = Number(document.body.dataset.now) || 0;
  const fallback = (drawnAt || Date.now()) - performance.now();
  let armed = { deadline: 0, left: Infinity };

  // `now` of the server was read somewhere between sending and hearing; the middle is the best guess.
  function sample(sentAt, heardAt, serverNow) {
    samples.push({ trip: heardAt - sentAt, offset: serverNow - (sentAt + heardAt) / 2 });
    samples = samples.slice(-KEEP);
    tick();
  }

  function offset() {
    if (!samples.length) return fallback;
    return samples.reduce((best, one) => (one.trip < best.trip ? one : best)).offset;
  }
  const now = () => performance.now() + offset();

  function deadlineOf(clock) {
    const text = clock.dataset.deadline;
    return text === undefined || text === "" ? null : /^-?[\d.]+$/.test(text) ? Number(text) : Date.parse(text);
  }

  function words(left) {
    const seconds = left >= 0 ? Math.ceil(left / 1000) : Math.floor(-left / 1000);
    return `${left < 0 ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function tick() {
    let said = false;
    for (const clock of document.querySelectorAll("[data-clock]")) {
      const line = clock.querySelector("[data-clock-text]");
      const deadline = deadlineOf(clock);
      const left = deadline !== null ? deadline - now() : clock.dataset.left !== undefined && clock.dataset.left !== "" ? Number(clock.dataset.left) : null;
      if (!line || left === null || (clock.dataset.phase === "" && deadline === null)) continue;
      const text = words(left);
      if (line.textContent !== text) line.textContent = text;
      const over = left < 0, paused = deadline === null;
      clock.classList.toggle("over", over);
      clock.classList.toggle("paused", paused);
      clock.dataset.state = over ? "over" : paused ? "paused" : "running";
      if (!said && deadline !== null) { said = true; ring(clock.dataset, deadline, left); }
    }
  }

  // The phase's settings say whether it warns and sounds (data-warn, data-sound). Crossing one minute and the end, seen while it runs; a page opened later, or a moved deadline, only arms it anew.
  function ring({ warn, sound: sounds }, deadline, left) {
    if (armed.deadline === deadline) {
      if (warn !== "0" && armed.left > 60000 && left <= 60000 && left > 0) {
        if (sounds !== "0") sound.tone("minute");
        page.announce("One minute left.", { urgent: true });
      }
      if (armed.left > 0 && left <= 0) {
        if (sounds !== "0") sound.tone("end");
        page.announce("Time is up. Finish your thought: nothing you typed is lost.", { urgent: true });
      }
    }
    armed = { deadline, left };
  }

  setInterval(tick, 200);
  return { sample, tick, now, forget() { samples = []; } };
})();
