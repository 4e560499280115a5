// A sound while a call is offered: the page may be behind other windows, and the phone rings only after Answer.

import { h, attribute } from "./dom.js";
import { icon } from "./icons.js";

/** From one chime to the next, in milliseconds. */
const PAUSE = 3_000;
/** Two notes, in hertz. */
const NOTES = [659.3, 880];
const KEY = "sound";

/** @param {import("./store.js").Store} store */
export function chime(store) {
  let on = remembered();
  let timer = 0;
  /** @type {AudioContext | null} */
  let audio = null;
  const root = h("button", { type: "button", class: "quiet square", "aria-label": "Sound for calls", title: "Sound for calls" });
  root.addEventListener("click", () => {
    on = !on;
    remember(on);
    draw();
    if (on) play();
    update();
  });
  // A browser lets a page sound only once somebody has used it: pressing Ready will do.
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, wake, { once: true });

  function wake() {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
  }

  function play() {
    if (!audio || audio.state !== "running") return;
    NOTES.forEach((note, index) => {
      if (!audio) return;
      const start = audio.currentTime + index * 0.18;
      const volume = audio.createGain();
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
      volume.connect(audio.destination);
      const tone = audio.createOscillator();
      tone.type = "sine";
      tone.frequency.value = note;
      tone.connect(volume);
      tone.start(start);
      tone.stop(start + 0.55);
    });
  }

  function draw() {
    attribute(root, "aria-pressed", String(on));
    root.replaceChildren(icon(on ? "reserved" : "muted"));
  }

  /** Starts or ends the sound, as it is. */
  function update() {
    const ringing = on && (store.myself?.offers ?? []).some((offer) => offer.stage === "ringing");
    if (ringing && timer === 0) {
      play();
      timer = setInterval(play, PAUSE);
    } else if (!ringing && timer !== 0) {
      clearInterval(timer);
      timer = 0;
    }
  }

  draw();
  return { root, update };
}

function remembered() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    // A browser that keeps nothing for us.
    return true;
  }
}

/** @param {boolean} on */
function remember(on) {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // It lasts as long as the page, then.
  }
}
