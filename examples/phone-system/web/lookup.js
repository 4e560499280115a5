// What the directory knows of a caller: how the look-up gets on, then the profile.

import { h, attribute, button, keyed, show, text } from "./dom.js";
import { sentence } from "./words.js";

/** @typedef {import("./types.js").Lookup} Lookup */

/**
 * In one line, for lists.
 * @param {Lookup | undefined} lookup
 * @returns {string}
 */
export function lookupLine(lookup) {
  if (!lookup) return "";
  switch (lookup.state) {
    case "none":
      return "";
    case "under-way":
      return (lookup.attempt ?? 1) > 1 ? `Looking up… attempt ${lookup.attempt}` : "Looking up…";
    case "found":
      return facts(lookup)
        .slice(0, 3)
        .map(([name, value]) => (/^[\d.,]+$/.test(value) ? `${name}: ${value}` : value))
        .join(" · ");
    case "unknown":
      return "Not in the directory";
    case "failed":
      return "The directory does not answer";
    default:
      return sentence(lookup.state);
  }
}

/** @param {Lookup} lookup @returns {[string, string][]} labels and texts */
function facts(lookup) {
  const { company, facts: more = [] } = lookup.profile ?? {};
  return [...(company ? [/** @type {[string, string]} */ (["Company", company])] : []), ...more];
}

/**
 * In full, for the call at hand.
 * @param {() => Promise<unknown>} again
 * @returns {import("./types.js").Piece<Lookup | undefined>}
 */
export function profile(again) {
  const spinner = h("span", { class: "spinner", "aria-hidden": "true" });
  const words = h("span", null);
  const retry = button({ label: "Look up again", class: "quiet", press: again });
  const line = h("p", { class: "lookup-line" }, spinner, words, retry.root);
  const list = h("dl", { class: "facts" });
  const root = h("div", { class: "lookup" }, line, list);
  return {
    root,
    update(lookup) {
      const asked = lookup !== undefined && lookup.state !== "none";
      show(root, asked);
      if (!asked) return;
      const looking = lookup.state === "under-way";
      const found = lookup.state === "found" ? facts(lookup) : [];
      attribute(root, "data-state", lookup.state);
      show(spinner, looking);
      show(retry.root, lookup.state === "failed" || lookup.state === "unknown");
      show(line, lookup.state !== "found" || found.length === 0);
      text(words, lookup.state === "found" ? "Nothing else is known." : lookupLine(lookup) + (lookup.why ? ` (${lookup.why})` : ""));
      show(list, found.length > 0);
      keyed(list, found, ([name]) => name, ([name]) => {
        const value = h("dd", null);
        return { root: h("div", null, h("dt", null, name), value), update: (fact) => text(value, fact[1]) };
      });
    },
  };
}
