// What things are called on the page.

import { h, attribute, text } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./store.js").Store} Store */

/** @type {Record<string, string>} */
const STATES = {
  "signed-out": "Off duty",
  break: "On break",
  paused: "Paused",
  ready: "Ready",
  reserved: "Offered a call",
  talking: "In a call",
  "wrap-up": "Wrap-up",
};

/** @param {string} state */
export function stateName(state) {
  return STATES[state] ?? sentence(state);
}

/** As "gave-up" or "open_tickets": a sentence's beginning. @param {string} name */
export function sentence(name) {
  const words = name.replace(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * A number as people in its country write it, where we know how; otherwise as it is.
 * @param {string | null | undefined} number
 */
export function phone(number) {
  if (!number) return "number withheld";
  const british = /^\+44(7\d{3})(\d{6})$|^\+44(20)(\d{4})(\d{4})$|^\+44(\d{4})(\d{6})$/.exec(number);
  if (british) return ["+44", ...british.slice(1).filter(Boolean)].join(" ");
  return number;
}

/**
 * Who a caller is, as well as is known by now.
 * @param {{name?: string | null, from?: string, forged?: boolean, look_up?: import("./types.js").Lookup} | undefined} call
 * @returns {string}
 */
export function callerName(call) {
  return call?.name || call?.look_up?.profile?.name || (call?.from ? phone(call.from) : "A caller");
}

/** The number, when the name does not say it already; or that it is not theirs. @param {Parameters<typeof callerName>[0]} call */
export function callerNumber(call) {
  if (call?.forged) return "forged number, says the network";
  const number = phone(call?.from);
  return callerName(call) === number ? "" : number;
}

/** What a caller has chosen from the menu, if they have. @param {{topic?: string | null} | undefined} call */
export function topic(call) {
  return call?.topic && call.topic !== "any" ? sentence(call.topic) : "";
}

/** A badge for the class of a caller: its name always, a star and a colour besides for premium. */
export function classBadge() {
  const star = icon("star");
  const name = h("span", null);
  const root = h("span", { class: "badge" }, star, name);
  return {
    root,
    /** @param {string | null | undefined} name_ */
    update(name_) {
      root.hidden = !name_;
      attribute(root, "data-class", name_ ?? "");
      star.classList.toggle("gone", name_ !== "premium");
      text(name, sentence(name_ ?? ""));
    },
  };
}

/** @param {number | null} share */
export function percent(share) {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`;
}

/**
 * Makes a card: a region with a heading.
 * @param {string} id
 * @param {string} title
 * @param {...import("./dom.js").Child} children
 */
export function card(id, title, ...children) {
  const heading = h("h2", { id: `${id}-title` }, title);
  const count = h("span", { class: "count" });
  const head = h("header", { class: "card-head" }, heading, count);
  const root = h("section", { class: "card", id, "aria-labelledby": `${id}-title` }, head, ...children);
  return { root, head, heading, count };
}
