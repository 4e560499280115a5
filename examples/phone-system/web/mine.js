// What is mine right now: my state, what I am offered, the call I am in.

import { h, attribute, button, keyed, show, text } from "./dom.js";
import { currentCall } from "./call.js";
import { icon } from "./icons.js";
import { profile } from "./lookup.js";
import { inWords, plural, stopwatch } from "./time.js";
import { callerName, callerNumber, card, classBadge, stateName, topic } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 * @typedef {import("./types.js").Agent} Agent
 * @typedef {import("./types.js").Offer} Offer
 */

/**
 * @param {Store} store
 * @param {Actions} actions
 * @param {HTMLElement} sound the switch for the sound of an offer
 * @returns {import("./types.js").Piece<void>}
 */
export function mine(store, actions, sound) {
  const { root, head, heading, count } = card("mine", "You");
  show(count, false);
  const stateIcon = h("span", { class: "state-icon" });
  const stateWords = h("span", null);
  const stateTime = h("span", { class: "timer" });
  const state = h("p", { class: "my-state" }, stateIcon, stateWords, " ", stateTime);
  const presence = presenceButtons(actions);
  const switches = h("div", { class: "my-switches" }, sound, presence.root);
  head.append(state, switches);
  const offers = h("div", { class: "offers" });
  const call = currentCall(store, actions);
  const idle = h("p", { class: "idle" });
  root.append(offers, call.root, idle);
  let drawn = "";
  /** The call that this page saw me in last. @type {import("./call.js").Situation | null} */
  let was = null;

  return {
    root,
    update() {
      const me = store.myself;
      text(heading, store.me.name || "You");
      if (!me) {
        show(state, false);
        show(switches, false);
        call.update(null);
        text(idle, "You take no calls yourself. What comes in is below.");
        return;
      }
      if (drawn !== me.state) stateIcon.replaceChildren(icon(me.state));
      drawn = me.state;
      attribute(state, "data-state", me.state);
      text(stateWords, stateName(me.state));
      text(stateTime, stateTimer(me, store.now()));
      presence.update(me);

      const mineNow = situation(store, me);
      const ringing = mineNow ? [] : me.offers.filter((offer) => offer.stage === "ringing");
      keyed(offers, ringing, (offer) => offer.offer, (offer) => offerCard(store, actions, offer));
      if (mineNow) was = { ...mineNow, stage: "over" };
      const over = me.state === "wrap-up" ? (was ?? lastCall(store, me)) : null;
      call.update(mineNow ?? (ringing.length === 0 ? over : null));
      show(idle, !mineNow && ringing.length === 0 && !over);
      text(idle, idleWords(me, store.floor?.waiting.length ?? 0));
    },
  };
}

/** @param {Agent} me @param {number} now */
function stateTimer(me, now) {
  if (me.state === "wrap-up" && me.until) return `${stopwatch(Date.parse(me.until) - now)} left`;
  return me.since && me.state !== "signed-out" ? stopwatch(now - Date.parse(me.since)) : "";
}

/** @param {Agent} me @param {number} waiting */
function idleWords(me, waiting) {
  switch (me.state) {
    case "ready":
      return waiting === 0 ? "Nobody is waiting. The next call comes to you here." : "Your next call comes to you here.";
    case "signed-out":
      return "You are off duty: no call is offered to you until you press Ready.";
    case "break":
    case "paused":
      return waiting === 0
        ? "No call is offered to you until you press Ready."
        : `No call is offered to you until you press Ready. ${plural(waiting, "caller")} in line.`;
    default:
      return "";
  }
}

/**
 * The call that I am in, or about to be.
 * @param {Store} store
 * @param {Agent} me
 * @returns {import("./call.js").Situation | null}
 */
function situation(store, me) {
  const talk = store.floor?.talking.find((talk) => talk.agent === me.id);
  if (talk) return { call: talk.call, stage: talk.held ? "held" : "talking", since: talk.since };
  const offer = me.offers.find((offer) => offer.stage === "connecting" || offer.stage === "talking");
  if (!offer) return null;
  return { call: offer.call, stage: "connecting", since: me.since };
}

/**
 * The call that was mine last, as a page that was loaded during the wrap-up after it finds out.
 * @param {Store} store
 * @param {Agent} me
 * @returns {import("./call.js").Situation | null}
 */
function lastCall(store, me) {
  const last = store.newest("call", "ended_at").find(([, call]) => call.agent === me.id);
  return last ? { call: last[0], stage: "over", since: me.since } : null;
}

/** @param {Actions} actions */
function presenceButtons(actions) {
  const states = [
    { state: "ready", label: "Ready" },
    { state: "break", label: "Break" },
    { state: "signed-out", label: "Off duty" },
  ].map(({ state, label }) => ({
    state,
    ...button({ label, icon: icon(state), press: () => actions.do("presence", { state }) }),
  }));
  const root = h("div", { class: "presence", role: "group", "aria-label": "My state" });
  root.append(...states.map((state) => state.root));
  return {
    root,
    /** @param {Agent} me */
    update(me) {
      const available = !["signed-out", "break", "paused"].includes(me.state);
      for (const { state, root } of states) {
        attribute(root, "aria-pressed", String(state === "ready" ? available : state === me.state));
      }
    },
  };
}

/** @param {Store} store @param {Actions} actions @param {Offer} first @returns {import("./types.js").Piece<Offer>} */
function offerCard(store, actions, first) {
  const id = `offer-${first.offer}`;
  const why = h("p", { class: "eyebrow" });
  const name = h("h3", { id, class: "caller" });
  const badge = classBadge();
  const facts = h("p", { class: "meta" });
  const known = profile(() => actions.do("look-up", { call: first.call }));
  const answer = button({
    label: "Answer",
    icon: icon("answer"),
    class: "primary answer",
    press: () => actions.do("answer", { call: first.call }),
  });
  const decline = button({ label: "Not now", press: () => actions.do("decline", { offer: first.offer }) });
  const left = h("p", { class: "meta timer" });
  const root = h(
    "article",
    { class: "offer", "aria-labelledby": id },
    why,
    h("div", { class: "caller-line" }, name, badge.root),
    facts,
    h("div", { class: "offer-actions" }, answer.root, decline.root, left),
    known.root,
  );
  return {
    root,
    update(offer) {
      const call = store.call(offer.call);
      const waiting = store.floor?.waiting.find((waiting) => waiting.call === offer.call);
      text(why, [offer.everyone ? "Every phone rings" : "For you", offer.why].filter(Boolean).join(" · "));
      text(name, callerName(call));
      badge.update(waiting?.class ?? call?.class);
      const since = waiting?.since ?? call?.waits_since;
      text(
        facts,
        [
          call ? callerNumber(call) : "",
          topic(call),
          since ? `waiting ${stopwatch(store.now() - Date.parse(since))}` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      );
      known.update(call?.look_up);
      const seconds = offer.answer_by ? (Date.parse(offer.answer_by) - store.now()) / 1000 : null;
      text(left, seconds !== null && seconds > 0 ? `${inWords(seconds)} to answer` : "");
    },
  };
}
