// The call at hand: while the phone rings, while we talk, and for the notes after it.

import { h, attribute, button, show, text } from "./dom.js";
import { icon } from "./icons.js";
import { profile } from "./lookup.js";
import { notes } from "./notes.js";
import { stopwatch } from "./time.js";
import { transferDialog } from "./transfer.js";
import { callerName, callerNumber, classBadge, topic } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 * @typedef {{call: string, stage: "connecting" | "talking" | "held" | "over", since: string | null}} Situation
 */

const STAGES = {
  connecting: "Your phone is ringing. Pick it up.",
  talking: "Talking",
  held: "On hold",
  over: "Call over. Anything to write down?",
};

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<Situation | null>} */
export function currentCall(store, actions) {
  let call = "";
  const of = () => ({ call });
  const stage = h("span", null);
  const timer = h("span", { class: "timer" });
  const eyebrow = h("p", { class: "eyebrow" }, stage, " ", timer);
  const name = h("h3", { id: "call-name", class: "caller" });
  const badge = classBadge();
  const facts = h("p", { class: "meta" });

  const hold = button({ label: "Hold", icon: icon("hold"), press: () => actions.do("hold", of()) });
  const resume = button({
    label: "Resume",
    icon: icon("resume"),
    class: "primary",
    press: () => actions.do("resume", of()),
  });
  const dialog = transferDialog(store, actions);
  const transfer = button({ label: "Transfer", icon: icon("transfer"), press: () => dialog.open(call) });
  const hangUp = button({
    label: "Hang up",
    icon: icon("hang-up"),
    class: "danger",
    press: () => actions.do("hang-up", of()),
  });
  const talking = h("div", { class: "call-actions", role: "group", "aria-label": "Call" });
  talking.append(hold.root, resume.root, transfer.root, hangUp.root);

  const known = profile(() => actions.do("look-up", of()));
  const writing = notes(store, actions);
  const done = button({
    label: "Done, ready for the next call",
    icon: icon("check"),
    class: "primary",
    // What is written but not saved belongs to the call that is being closed.
    press: async () => (await writing.save()) && actions.do("presence", { state: "wrap-up-done" }),
  });
  const after = h("div", { class: "call-actions" }, done.root);
  const root = h(
    "article",
    { class: "call", "aria-labelledby": "call-name" },
    eyebrow,
    h("div", { class: "caller-line" }, name, badge.root),
    facts,
    talking,
    known.root,
    writing.root,
    after,
    dialog.root,
  );

  return {
    root,
    update(situation) {
      show(root, situation !== null);
      if (!situation) return;
      call = situation.call;
      const record = store.call(call);
      attribute(root, "data-stage", situation.stage);
      text(stage, STAGES[situation.stage]);
      const runs = situation.stage === "talking" || situation.stage === "held";
      text(timer, runs && situation.since ? stopwatch(store.now() - Date.parse(situation.since)) : "");
      text(name, callerName(record));
      badge.update(record?.class);
      text(
        facts,
        [record ? callerNumber(record) : "", topic(record)].filter(Boolean).join(" · "),
      );
      swap(situation.stage === "held", resume.root, hold.root);
      show(talking, runs);
      show(after, situation.stage === "over");
      known.update(record?.look_up);
      writing.update(call);
      dialog.update(runs ? call : "");
    },
  };
}

/**
 * Shows one of two buttons in the same place; focus goes along.
 * @param {boolean} first
 * @param {HTMLElement} one
 * @param {HTMLElement} other
 */
function swap(first, one, other) {
  const [shown, hidden] = first ? [one, other] : [other, one];
  const focused = document.activeElement === hidden;
  show(shown, true);
  show(hidden, false);
  if (focused) shown.focus();
}
