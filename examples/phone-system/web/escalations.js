// Whom nobody answered in time: every phone rings, then people on call are told. With all that was tried.

import { h, attribute, button, keyed, show, text } from "./dom.js";
import { icon } from "./icons.js";
import { stopwatch, timeOfDay } from "./time.js";
import { callerName, card, sentence } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 * @typedef {import("./types.js").Escalation} Escalation
 */

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<void>} */
export function escalations(store, actions) {
  const { root, count } = card("escalations", "Escalations");
  const list = h("ul", { class: "escalations" });
  const none = h("p", { class: "idle" }, "Nobody has waited three minutes.");
  root.append(list, none);
  return {
    root,
    update() {
      const all = store.floor?.escalations ?? [];
      text(count, all.length === 0 ? "" : all.length);
      show(none, all.length === 0);
      keyed(list, all, (escalation) => escalation.process, (escalation) => item(store, actions, escalation.process));
    },
  };
}

/** Whether nobody has answered it yet. @param {Escalation} escalation */
function isOpen(escalation) {
  return escalation.state !== "acknowledged";
}

/** Whether somebody may say "I take care of it": a phone that rings is answered, not taken care of. @param {Escalation} escalation */
function canBeTaken(escalation) {
  return escalation.call === null && isOpen(escalation);
}

/** @param {Store} store @param {Actions} actions @param {string} process @returns {import("./types.js").Piece<Escalation>} */
function item(store, actions, process) {
  const name = h("span", { class: "row-name" });
  const what = h("p", { class: "escalation-what" });
  const facts = h("p", { class: "meta" });
  const history = h("ol", { class: "history" });
  const acknowledge = button({
    label: "I take care of it",
    icon: icon("check"),
    press: () => actions.do("escalation-acknowledge", { process }),
  });
  const root = h(
    "li",
    { class: "escalation" },
    h("div", { class: "escalation-head" }, icon("alert"), h("div", null, name, what, facts), acknowledge.root),
    history,
  );
  return {
    root,
    update(escalation) {
      const call = escalation.call ? store.call(escalation.call) : undefined;
      const who = escalation.call ? callerName(call) : "On call";
      attribute(root, "data-open", String(isOpen(escalation)));
      text(name, who);
      text(what, sentence(escalation.what));
      const next = escalation.next ? Date.parse(escalation.next) - store.now() : NaN;
      text(
        facts,
        [escalation.state, `for ${stopwatch(store.now() - Date.parse(escalation.since))}`, next > 0 ? `next step in ${stopwatch(next)}` : ""]
          .filter(Boolean)
          .join(" · "),
      );
      show(acknowledge.root, canBeTaken(escalation));
      attribute(acknowledge.root, "aria-label", `I take care of it: ${who}`);
      keyed(history, [...escalation.history].reverse(), (step) => step.at + step.text, (step) => {
        const time = h("time", { class: "meta timer" }, timeOfDay(step.at, store.zone));
        return { root: h("li", null, time, h("span", null, step.text)), update() {} };
      });
    },
  };
}
