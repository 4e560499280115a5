// What a screen reader says by itself: only what concerns this agent, and each thing once. The list changes in silence.

import { text } from "./dom.js";
import { openWords } from "./hours.js";
import { callerName, sentence } from "./words.js";

/**
 * @param {import("./store.js").Store} store
 * @param {HTMLElement} region
 */
export function announcer(store, region) {
  /** @type {Set<string>} */
  let offered = new Set();
  let stage = "";
  /** @type {boolean | null} */
  let open = null;

  return {
    /** @param {string} words */
    say: (words) => text(region, words),
    update() {
      const me = store.myself;
      const floor = store.floor;
      if (!floor) return;
      const said = [];
      const ringing = (me?.offers ?? []).filter((offer) => offer.stage === "ringing");
      for (const offer of ringing.filter((offer) => !offered.has(offer.offer))) {
        const call = store.call(offer.call);
        said.push(`Call for you: ${callerName(call)}${call?.class ? `, ${call.class}` : ""}.`);
      }
      offered = new Set(ringing.map((offer) => offer.offer));
      const talk = floor.talking.find((talk) => talk.agent === me?.id);
      const connecting = me?.offers.find((offer) => offer.stage === "connecting");
      const now = talk ? `${talk.held ? "On hold" : "Connected"}: ${callerName(store.call(talk.call))}.` : connecting ? "Your phone is ringing." : "";
      if (now !== stage && (now !== "" || stage.startsWith("Conn") || stage.startsWith("On hold"))) {
        said.push(now || "The call is over.");
      }
      stage = now;
      if (open !== null && open !== floor.hours.open) said.push(`${sentence(openWords(store))}.`);
      open = floor.hours.open;
      if (said.length > 0) text(region, said.join(" "));
    },
  };
}
