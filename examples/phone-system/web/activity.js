// What has happened: every decision with its reason, and the calls that are over.

import { h, attribute, button, keyed, show, text } from "./dom.js";
import { icon } from "./icons.js";
import { stopwatch, timeOfDay, when } from "./time.js";
import { callerName, callerNumber, card, classBadge, phone, sentence } from "./words.js";

/** @typedef {import("./store.js").Store} Store */

/** So many lines are shown, and so many more each time that somebody asks. */
const PAGE = 8;

/** @param {Store} store @returns {import("./types.js").Piece<void>} */
export function activity(store) {
  return longList({
    id: "activity",
    title: "Activity",
    empty: "Nothing has happened yet.",
    items: () => store.newest("entry", "at"),
    make: () => {
      const time = h("time", { class: "meta timer" });
      const what = h("span", null);
      const why = h("span", { class: "meta" });
      return {
        root: h("li", { class: "entry" }, time, h("p", null, what, " ", why)),
        update([, entry]) {
          text(time, timeOfDay(entry.at, store.zone));
          text(what, withNumbers(`${entry.who} ${entry.what}`));
          text(why, withNumbers(entry.why ?? ""));
        },
      };
    },
  });
}

/** Whoever has no name has a number, and that as people write it. @param {string} words */
function withNumbers(words) {
  return words.replace(/\+\d{8,15}\b/g, phone);
}

/** @param {Store} store @returns {import("./types.js").Piece<void>} */
export function recentCalls(store) {
  return longList({
    id: "recent",
    title: "Calls that are over",
    empty: "No call has ended yet.",
    items: () => store.newest("call", "ended_at"),
    make: () => {
      const name = h("span", { class: "row-name" });
      const badge = classBadge();
      const facts = h("p", { class: "meta" });
      const rating = ratingStars();
      const notes = h("ul", { class: "notes" });
      return {
        root: h("li", { class: "entry wide" }, h("p", { class: "caller-line" }, name, badge.root), facts, rating.root, notes),
        update([, call]) {
          text(name, callerName(call));
          badge.update(call.class);
          text(facts, callFacts(store, call));
          rating.update(call.rating);
          const written = call.notes ?? [];
          show(notes, written.length > 0);
          keyed(notes, written, (/** @type {any} */ note) => note.at + note.by + note.text, (note) => ({
            root: h("li", null, note.text, " ", h("span", { class: "meta" }, note.by)),
            update() {},
          }));
        },
      };
    },
  });
}

/** @param {Store} store @param {import("./types.js").Call} call */
function callFacts(store, call) {
  const talked = call.talks_since && call.ended_at;
  return [
    callerNumber(call),
    when(call.began, store.zone, store.now()),
    call.outcome ? sentence(call.outcome).toLowerCase() : "",
    call.agent ? `with ${store.agentName(call.agent)}` : "",
    talked ? stopwatch(Date.parse(call.ended_at ?? "") - Date.parse(call.talks_since ?? "")) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Five stars, so many of them full; in words for who cannot see them. */
function ratingStars() {
  const stars = [1, 2, 3, 4, 5].map(() => icon("star"));
  const picture = h("span", { class: "stars" });
  picture.append(...stars);
  const words = h("span", null);
  const root = h("p", { class: "rating" }, picture, words);
  return {
    root,
    /** @param {number | null | undefined} rating */
    update(rating) {
      show(root, typeof rating === "number");
      if (typeof rating !== "number") return;
      stars.forEach((star, index) => attribute(star, "data-full", String(index < rating)));
      text(words, `rated ${rating} of 5`);
    },
  };
}

/**
 * A list that starts short.
 * @param {{id: string, title: string, empty: string, items: () => [string, any][],
 *   make: () => import("./types.js").Piece<[string, any]>}} options
 * @returns {import("./types.js").Piece<void>}
 */
function longList({ id, title, empty, items, make }) {
  let shown = PAGE;
  const { root, count } = card(id, title);
  show(count, false);
  const list = h("ul", { class: "entries" });
  const none = h("p", { class: "idle" }, empty);
  const more = button({
    label: "Show more",
    class: "quiet",
    press: () => {
      shown += PAGE;
      update();
    },
  });
  root.append(list, none, more.root);
  function update() {
    const all = items();
    show(none, all.length === 0);
    show(more.root, all.length > shown);
    keyed(list, all.slice(0, shown), ([key]) => key, make);
  }
  return { root, update };
}
