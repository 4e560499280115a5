// Who left a voicemail, and who wants to be called back.

import { h, button, keyed, show, text } from "./dom.js";
import { icon } from "./icons.js";
import { stopwatch, when } from "./time.js";
import { callerName, callerNumber, card, classBadge, topic } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 */

/** So many that were heard are still listed. */
const HEARD = 5;

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<void>} */
export function voicemails(store, actions) {
  const { root, count } = card("voicemail", "Voicemail");
  const list = h("ul", { class: "messages" });
  const none = h("p", { class: "idle" }, "No messages.");
  root.append(list, none);
  return {
    root,
    update() {
      const all = store.newest("voicemail", "at");
      const fresh = all.filter(([, message]) => !message.heard_by);
      const heard = all.filter(([, message]) => message.heard_by).slice(0, HEARD);
      text(count, fresh.length === 0 ? "" : `${fresh.length} new`);
      show(none, all.length === 0);
      keyed(list, [...fresh, ...heard], ([key]) => key, ([key]) => voicemail(store, actions, key));
    },
  };
}

/**
 * @param {Store} store
 * @param {Actions} actions
 * @param {string} key
 * @returns {import("./types.js").Piece<[string, import("./types.js").Voicemail]>}
 */
function voicemail(store, actions, key) {
  const name = h("span", { class: "row-name" });
  const facts = h("p", { class: "meta" });
  const player = h("audio", { controls: true, preload: "none", src: `/console/voicemail/${encodeURIComponent(key)}` });
  const heard = button({
    label: "Mark as heard",
    icon: icon("check"),
    press: () => actions.do("voicemail-heard", { id: key }),
  });
  const root = h("li", { class: "message" }, h("div", null, name, facts), player, heard.root);
  return {
    root,
    update([, message]) {
      const who = callerName(message);
      text(name, who);
      player.setAttribute("aria-label", `Voicemail of ${who}`);
      text(
        facts,
        [
          callerNumber(message),
          when(message.at, store.zone, store.now()),
          typeof message.seconds === "number" ? stopwatch(message.seconds * 1000) : "",
          message.heard_by ? `heard by ${message.heard_by}` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      );
      root.classList.toggle("done", Boolean(message.heard_by));
      show(heard.root, !message.heard_by);
    },
  };
}

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<void>} */
export function callbacks(store, actions) {
  const { root, count } = card("callbacks", "To call back");
  const list = h("ul", { class: "messages" });
  const none = h("p", { class: "idle" }, "Nobody has asked to be called back.");
  root.append(list, none);
  return {
    root,
    update() {
      const open = store.newest("callback", "since").filter(([, callback]) => callback.state !== "done");
      text(count, open.length === 0 ? "" : open.length);
      show(none, open.length === 0);
      keyed(list, open.reverse(), ([key]) => key, ([key]) => callback(store, actions, key));
    },
  };
}

/**
 * @param {Store} store
 * @param {Actions} actions
 * @param {string} id
 * @returns {import("./types.js").Piece<[string, import("./types.js").Callback]>}
 */
function callback(store, actions, id) {
  const name = h("span", { class: "row-name" });
  const badge = classBadge();
  const facts = h("p", { class: "meta" });
  const take = button({
    label: "I call them",
    icon: icon("answer"),
    press: () => actions.do("callback-take", { id }),
  });
  const giveBack = button({ label: "Give back", press: () => actions.do("callback-give-back", { id }) });
  const done = button({ label: "Done", icon: icon("check"), press: () => actions.do("callback-done", { id }) });
  const root = h(
    "li",
    { class: "message" },
    h("div", null, h("p", { class: "caller-line" }, name, badge.root), facts),
    h("div", { class: "message-actions" }, take.root, giveBack.root, done.root),
  );
  return {
    root,
    update([, callback]) {
      const asked = { name: callback.name, from: callback.number };
      text(name, callerName(asked));
      badge.update(callback.class);
      const due = Date.parse(callback.due);
      text(
        facts,
        [
          callerNumber(asked),
          topic(callback),
          `asked ${when(callback.since, store.zone, store.now())}`,
          due > store.now() ? `from ${when(due, store.zone, store.now())}` : "",
          callback.state === "waiting" ? "" : (STATES[callback.state] ?? callback.state),
          callback.by ? `${callback.by} sees to it` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      );
      const theirs = Boolean(callback.by) || callback.state === "calling";
      show(take.root, store.me.agent !== null && !theirs);
      show(giveBack.root, callback.by === store.me.name || (Boolean(callback.by) && store.me.role === "supervisor"));
      show(done.root, callback.state !== "calling");
    },
  };
}

/** @type {Record<string, string>} */
const STATES = { calling: "being called", "in line": "waits in line", failed: "could not be reached" };
