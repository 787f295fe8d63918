// Two short tones: one at one minute, two at the end. Browsers allow sound after the person has touched the page. The console and
// the wall sound, phones only when `data-sound="on"` on <body> says so: thirty phones at once help nobody.
"use strict";
levertree.sound = (() => {
  const { page } = levertree;
  const setting = document.body.dataset.sound || (page.screen === "phone" ? "off" : "on");
  let context = null;

  function wake() {
    const Audio = globalThis.AudioContext || globalThis.webkitAudioContext;
    if (!Audio || setting === "off") return;
    context = context || new Audio();
    if (context.state === "suspended") context.resume().catch(() => {});
  }
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake, { passive: true });

  function beep(at, pitch) {
    const tone = context.createOscillator(), volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.2, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  }

  function tone(kind) {
    if (setting === "off" || !context || context.state !== "running") return;
    const at = context.currentTime + 0.02;
    beep(at, kind === "end" ? 660 : 520);
    if (kind === "end") beep(at + 0.6, 660);
  }

  return { tone };
})();
