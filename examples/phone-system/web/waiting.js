// Who waits, in the order in which they will be answered.

import { h, attribute, button, keyed, show, text } from "./dom.js";
import { icon } from "./icons.js";
import { lookupLine } from "./lookup.js";
import { inWords, stopwatch } from "./time.js";
import { callerName, callerNumber, card, classBadge, topic } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 * @typedef {import("./types.js").Waiting} Waiting
 */

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<void>} */
export function waitingList(store, actions) {
  const { root, count } = card("waiting", "Waiting");
  const list = h("ol", { class: "rows" });
  const nobody = h("p", { class: "idle" }, "Nobody is waiting.");
  root.append(list, nobody);
  return {
    root,
    update() {
      const waiting = store.floor?.waiting ?? [];
      text(count, waiting.length);
      show(nobody, waiting.length === 0);
      show(list, waiting.length > 0);
      list.classList.toggle("still", busy(store));
      keyed(list, waiting, (caller) => caller.call, (caller) => row(store, actions, caller.call));
    },
  };
}

/** @param {Store} store @param {Actions} actions @param {string} key @returns {import("./types.js").Piece<Waiting>} */
function row(store, actions, key) {
  const position = h("span", { class: "position" });
  const name = h("span", { class: "row-name" });
  const badge = classBadge();
  const facts = h("p", { class: "meta" });
  const waited = h("span", { class: "timer" });
  const overdue = h("span", { class: "overdue" }, icon("alert"), "over three minutes");
  const estimate = h("span", { class: "meta" });
  const stage = h("span", { class: "stage" });
  const answer = button({
    label: "Answer",
    icon: icon("answer"),
    class: "outlined",
    press: () => actions.do("answer", { call: key }),
  });
  const root = h(
    "li",
    { class: "row" },
    position,
    h("div", { class: "row-who" }, h("p", { class: "caller-line" }, name, badge.root), facts),
    h("div", { class: "row-wait" }, waited, overdue, estimate),
    h("div", { class: "row-end" }, stage, answer.root),
  );
  return {
    root,
    update(waiting) {
      const call = store.call(key);
      const who = callerName(call);
      text(position, waiting.position ?? "");
      text(name, who);
      badge.update(waiting.class);
      text(
        facts,
        [call ? callerNumber(call) : "", topic(call), lookupLine(call?.look_up)]
          .filter(Boolean)
          .join(" · "),
      );
      text(waited, stopwatch(store.now() - Date.parse(waiting.since)));
      attribute(root, "data-overdue", String(waiting.overdue));
      show(overdue, waiting.overdue);
      const soon = waiting.estimate_s !== null && waiting.estimate_s !== undefined && !waiting.overdue;
      show(estimate, soon);
      text(estimate, soon ? `about ${inWords(waiting.estimate_s ?? 0)} to go` : "");
      const asked = offeredTo(store, key);
      show(stage, waiting.stage !== "waiting");
      text(stage, stageWords(waiting.stage, asked));
      // What is offered to me has its own, larger button above.
      show(answer.root, !busy(store) && waiting.stage !== "connecting" && !asked.includes("you"));
      attribute(answer.root, "aria-label", `Answer ${who}`);
    },
  };
}

/** @param {string} stage @param {string[]} asked */
function stageWords(stage, asked) {
  const names = asked.length > 2 ? "every phone" : asked.join(" and ");
  switch (stage) {
    case "offered":
      return names === "" ? "offered" : names === "every phone" ? "ringing every phone" : `offered to ${names}`;
    case "connecting":
      return names === "" ? "being connected" : `being connected to ${names}`;
    default:
      return stage;
  }
}

/** @param {Store} store @param {string} call */
function offeredTo(store, call) {
  return (store.floor?.agents ?? [])
    .filter((agent) => agent.offers.some((offer) => offer.call === call))
    .map((agent) => (agent.id === store.me.agent ? "you" : agent.name));
}

/** Whether I am in a call, or about to be. @param {Store} store */
function busy(store) {
  const me = store.myself;
  return me === undefined || me.state === "talking" || me.offers.some((offer) => offer.stage !== "ringing");
}
