// The line at a glance, for the wall or for whoever watches over the day.

import { h, attribute, keyed, show, text } from "./dom.js";
import { callChart } from "./chart.js";
import { escalations } from "./escalations.js";
import { hoursCard } from "./hours.js";
import { icon } from "./icons.js";
import { stopwatch } from "./time.js";
import { card, percent, sentence, stateName } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 * @typedef {import("./types.js").ClassFigures} ClassFigures
 */

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<void>} */
export function wallboard(store, actions) {
  const tiles = h("div", { class: "tiles" });
  const chart = callChart(store);
  const agents = agentsCard(store);
  const hours = hoursCard(store, actions);
  const escalated = escalations(store, actions);
  const root = h(
    "div",
    { class: "board" },
    tiles,
    h("div", { class: "board-main" }, chart.root, escalated.root),
    h("div", { class: "board-side" }, hours.root, agents.root),
  );
  return {
    root,
    update() {
      const classes = store.floor?.board.classes ?? [];
      keyed(tiles, classes, (figures) => figures.class, (figures) => tile(store, figures.class));
      for (const piece of [chart, agents, hours, escalated]) piece.update();
    },
  };
}

/** @param {Store} store @param {string} name @returns {import("./types.js").Piece<ClassFigures>} */
function tile(store, name) {
  const id = `tile-${name}`;
  const waiting = h("span", { class: "big" });
  const word = h("span", { class: "meta" });
  const longest = h("dd", { class: "timer" });
  const level = measure("Answered in time");
  const gaveUp = measure("Gave up", "bad");
  const answered = h("dd", null);
  const late = h("span", { class: "overdue" }, icon("alert"), "over three minutes");
  const root = h(
    "section",
    { class: "card tile", "aria-labelledby": id, "data-class": name },
    h("h2", { id }, name === "premium" ? icon("star") : null, sentence(name)),
    h("p", { class: "tile-now" }, waiting, " ", word, " ", late),
    h(
      "dl",
      { class: "figures" },
      h("div", null, h("dt", null, "Longest wait"), longest),
      level.root,
      gaveUp.root,
      h("div", null, h("dt", null, "Answered"), answered),
    ),
  );
  return {
    root,
    update(figures) {
      text(waiting, figures.waiting);
      text(word, "waiting");
      // The longest wait runs on between two messages of the server.
      const since = (store.floor?.waiting ?? [])
        .filter((caller) => caller.class === figures.class)
        .map((caller) => Date.parse(caller.since));
      const wait = since.length > 0 ? store.now() - Math.min(...since) : null;
      text(longest, wait === null ? "–" : stopwatch(wait));
      show(late, (store.floor?.waiting ?? []).some((caller) => caller.class === figures.class && caller.overdue));
      level.update(figures.service_level);
      gaveUp.update(figures.abandonment);
      text(answered, `${figures.answered} of ${figures.joined}`);
    },
  };
}

/** A share, as a figure and as a bar. @param {string} label @param {"good" | "bad"} kind */
function measure(label, kind = "good") {
  const value = h("dd", null);
  const bar = h("span", { class: `measure ${kind}`, "aria-hidden": "true" });
  return {
    root: h("div", null, h("dt", null, label), value, bar),
    /** @param {number | null} share */
    update(share) {
      text(value, percent(share));
      bar.style.setProperty("--share", String(share ?? 0));
    },
  };
}

/** @param {Store} store @returns {import("./types.js").Piece<void>} */
function agentsCard(store) {
  const { root, count } = card("agents", "Agents");
  const list = h("ul", { class: "agents" });
  const none = h("p", { class: "idle" }, "Nobody answers calls yet.");
  root.append(list, none);
  const order = ["ready", "reserved", "talking", "wrap-up", "break", "paused", "signed-out"];
  return {
    root,
    update() {
      const agents = [...(store.floor?.agents ?? [])].sort(
        (one, other) => order.indexOf(one.state) - order.indexOf(other.state) || one.id - other.id,
      );
      const ready = agents.filter((agent) => agent.state === "ready").length;
      const talking = agents.filter((agent) => agent.state === "talking").length;
      text(count, `${ready} ready, ${talking} in ${talking === 1 ? "a call" : "calls"}`);
      show(none, agents.length === 0);
      keyed(list, agents, (agent) => String(agent.id), () => {
        const picture = h("span", { class: "state-icon" });
        const state = h("span", { class: "meta" });
        const time = h("span", { class: "timer" });
        const name = h("span", { class: "row-name" });
        const root = h("li", null, picture, h("p", null, name, " ", state), time);
        let drawn = "";
        return {
          root,
          update(agent) {
            if (drawn !== agent.state) picture.replaceChildren(icon(agent.state));
            drawn = agent.state;
            attribute(root, "data-state", agent.state);
            text(name, agent.name);
            text(state, stateName(agent.state) + (agent.reach === "on-the-line" ? ", on the line" : ""));
            const since = agent.since && agent.state !== "signed-out" ? Date.parse(agent.since) : NaN;
            text(time, Number.isNaN(since) ? "" : stopwatch(store.now() - since));
          },
        };
      });
    },
  };
}
