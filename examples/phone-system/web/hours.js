// Today's opening hours, why the line is open or closed, and the switch that overrides them.

import { h, attribute, button, keyed, s, show, text } from "./dom.js";
import { icon } from "./icons.js";
import { overrideDialog } from "./override.js";
import { civil, dayName, when } from "./time.js";
import { card } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 * @typedef {import("./types.js").Hours} Hours
 * @typedef {import("./types.js").HoursOverride} HoursOverride
 */

/** "Open until 17:30", for the head of the page. @param {Store} store @returns {string} */
export function openWords(store) {
  const hours = store.floor?.hours;
  if (!hours) return "";
  const until = hours.until ? when(hours.until, hours.zone, store.now()) : "";
  if (hours.open) return until ? `Open until ${until}` : "Open";
  return until ? `Closed until ${until}` : "Closed";
}

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<void>} */
export function hoursCard(store, actions) {
  const { root, count } = card("hours", "Opening hours");
  const stateIcon = h("span", { class: "state-icon" });
  const words = h("span", null);
  const state = h("p", { class: "open-state" }, stateIcon, words);
  const why = h("p", { class: "meta" });
  const day = h("div", { class: "day" });
  const ranges = h("p", { class: "ranges" });
  const list = h("ul", { class: "overrides" });
  const dialog = overrideDialog(store, actions);
  const close = button({ label: "Close the line…", icon: icon("closed"), press: () => dialog.open("closed") });
  const open = button({ label: "Open the line…", icon: icon("open"), press: () => dialog.open("open") });
  const switches = h("div", { class: "switches" }, close.root, open.root);
  const note = h("p", { class: "meta" }, "A supervisor can close or open the line.");
  root.append(state, why, day, ranges, list, switches, note, dialog.root);
  let drawn = "";
  return {
    root,
    update() {
      const hours = store.floor?.hours;
      if (!hours) return;
      const now = store.now();
      text(count, dayName(hours.zone, now));
      attribute(state, "data-open", String(hours.open));
      if (drawn !== String(hours.open)) stateIcon.replaceChildren(icon(hours.open ? "open" : "closed"));
      drawn = String(hours.open);
      text(words, openWords(store));
      text(why, reason(hours.why));
      show(why, reason(hours.why) !== "");
      drawDay(day, hours, now);
      text(ranges, todayWords(hours));
      show(list, hours.overrides.length > 0);
      keyed(list, hours.overrides, (override) => override.id, (override) => overrideItem(store, actions, override.id));
      const supervisor = store.me.role === "supervisor";
      show(switches, supervisor);
      show(note, !supervisor);
      show(close.root, hours.open);
      show(open.root, !hours.open);
    },
  };
}

/** As "closed: Fire drill; opens 11:12": the reason alone, for the rest is said above. @param {string} why */
function reason(why) {
  const parts = /^(?:open|closed)(?:: (.*?))?(?:; (?:opens|closes) .*)?$/.exec(why);
  return parts ? (parts[1] ?? "") : why;
}

/** @param {Hours} hours */
function todayWords(hours) {
  const today = hours.today.map(({ from, to }) => `${from}–${to}`).join(", ");
  const zone = hours.zone.split("/").pop()?.replaceAll("_", " ") ?? hours.zone;
  return [
    hours.holiday ? `${hours.holiday}.` : "",
    today ? `Today ${today}, ${zone} time` : `Not open today, ${zone} time`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** @param {string} time as 09:30 @returns {number} how much of the day is over by then, 0 to 1 */
function share(time) {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return Math.min(1, (hours * 60 + minutes) / 1440);
}

/** The day as a band: when it is open, and where we are. @param {HTMLElement} day @param {Hours} hours @param {number} now */
function drawDay(day, hours, now) {
  const at = Math.round(share(civil(now, hours.zone).time) * 288) / 288;
  const state = JSON.stringify([hours.today, at]);
  if (day.dataset.drawn === state) return;
  day.dataset.drawn = state;
  const band = s("svg", { viewBox: "0 0 288 20", preserveAspectRatio: "none", "aria-hidden": "true" });
  band.append(s("rect", { x: 0, y: 5, width: 288, height: 10, rx: 3, class: "closed" }));
  for (const { from, to } of hours.today) {
    const end = to <= from ? 1 : share(to);
    band.append(s("rect", { x: share(from) * 288, y: 5, width: (end - share(from)) * 288, height: 10, rx: 3, class: "open" }));
  }
  band.append(s("rect", { x: Math.max(0, at * 288 - 0.75), y: 0, width: 1.5, height: 20, class: "now" }));
  const scale = h("p", { class: "scale", "aria-hidden": "true" });
  for (const hour of ["0", "6", "12", "18", "24"]) scale.append(h("span", null, hour));
  day.replaceChildren(band, scale);
}

/** @param {Store} store @param {Actions} actions @param {string} id @returns {import("./types.js").Piece<HoursOverride>} */
function overrideItem(store, actions, id) {
  const what = h("span", { class: "row-name" });
  const facts = h("p", { class: "meta" });
  const remove = button({ label: "Remove", class: "quiet", press: () => actions.do("override-remove", { id }) });
  const root = h("li", null, h("div", null, what, facts), remove.root);
  return {
    root,
    update(override) {
      const tell = (/** @type {string | null} */ at) => (at ? when(at, store.zone, store.now()) : "");
      const begun = !override.from || Date.parse(override.from) <= store.now();
      const span = [begun ? "" : `from ${tell(override.from)}`, override.to ? `until ${tell(override.to)}` : ""];
      text(what, [override.hours === "open" ? "Opened" : "Closed", ...span].filter(Boolean).join(" "));
      text(facts, [override.reason, override.by ? `by ${override.by}` : ""].filter(Boolean).join(" · "));
      show(remove.root, store.me.role === "supervisor");
      attribute(remove.root, "aria-label", `Remove: ${override.reason}`);
    },
  };
}
