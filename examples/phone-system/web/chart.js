// Calls per quarter of an hour: how many were answered, and how many gave up. Drawn by hand, since it is two dozen bars.

import { h, keyed, s, show, text } from "./dom.js";
import { plural, timeOfDay } from "./time.js";
import { card } from "./words.js";

/** @typedef {import("./types.js").Quarter} Quarter */

const HEIGHT = 220;
const LEFT = 32;
const BOTTOM = 24;
const TOP = 10;
/** The narrowest bar with its gap, in pixels: on a phone the chart shows the last hours only. */
const NARROWEST = 11;
const WIDEST = 44;

/** @param {import("./store.js").Store} store @returns {import("./types.js").Piece<void>} */
export function callChart(store) {
  const { root, count } = card("quarters", "Calls per quarter of an hour");
  show(count, false);
  const legend = h(
    "ul",
    { class: "legend" },
    h("li", { "data-part": "answered" }, swatch("answered"), "answered"),
    h("li", { "data-part": "gave-up" }, swatch("gave-up"), "gave up"),
    h("li", { "data-part": "other" }, swatch("other"), "others: on the line, closed, message"),
  );
  const frame = h("div", { class: "chart" });
  const none = h("p", { class: "idle" }, "No call has come in yet.");
  const rows = h("tbody", null);
  const table = h(
    "details",
    { class: "as-table" },
    h("summary", null, "The same as a table"),
    h(
      "table",
      null,
      h("caption", { class: "unseen" }, "Calls per quarter of an hour"),
      h("thead", null, h("tr", null, ...["From", "Came", "Answered", "Gave up"].map((name) => h("th", { scope: "col" }, name)))),
      rows,
    ),
  );
  root.append(legend, frame, none, table);

  let drawn = "";
  const update = () => {
    const quarters = store.floor?.board.quarters ?? [];
    const width = frame.clientWidth;
    show(none, quarters.length === 0);
    show(frame, quarters.length > 0);
    show(table, quarters.length > 0);
    const state = JSON.stringify([quarters, width, store.zone]);
    if (state === drawn || width === 0) return;
    drawn = state;
    const fitting = Math.max(4, Math.floor((width - LEFT) / NARROWEST));
    const shown = quarters.slice(-fitting);
    frame.replaceChildren(draw(shown, width, store.zone));
    keyed(rows, [...shown].reverse(), (quarter) => quarter.from, () => {
      const cells = [h("th", { scope: "row" }), h("td", null), h("td", null), h("td", null)];
      const row = h("tr", null, ...cells);
      return {
        root: row,
        update(quarter) {
          const values = [timeOfDay(quarter.from, store.zone), quarter.came, quarter.answered, quarter.gave_up];
          cells.forEach((cell, index) => text(cell, values[index] ?? ""));
        },
      };
    });
  };
  new ResizeObserver(update).observe(frame.parentElement ?? frame);
  return { root, update };
}

/** @param {string} part */
function swatch(part) {
  return s(
    "svg",
    { viewBox: "0 0 12 12", class: "swatch", "aria-hidden": "true" },
    part === "gave-up" ? hatch("hatch-legend") : null,
    s("rect", { x: 0.5, y: 0.5, width: 11, height: 11, rx: 2, class: part, fill: part === "gave-up" ? "url(#hatch-legend)" : undefined }),
  );
}

/** Stripes: who gave up differs from who was answered by more than a colour. @param {string} id */
function hatch(id) {
  return s(
    "defs",
    {},
    s(
      "pattern",
      { id, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("rect", { width: 5, height: 5, class: "hatch-ground" }),
      s("rect", { width: 2.5, height: 5, class: "hatch-line" }),
    ),
  );
}

/** @param {Quarter[]} quarters @param {number} width @param {string} zone */
function draw(quarters, width, zone) {
  const highest = Math.max(...quarters.map((quarter) => quarter.came), 1);
  const step = stepFor(highest);
  const top = Math.ceil(highest / step) * step;
  const room = HEIGHT - TOP - BOTTOM;
  const y = (/** @type {number} */ value) => TOP + room - (value / top) * room;
  const slot = Math.min(WIDEST, (width - LEFT) / quarters.length);
  const bar = Math.max(3, slot - Math.max(2, slot * 0.22));
  const parts = [];

  for (let value = 0; value <= top; value += step) {
    const line = Math.round(y(value)) + 0.5;
    parts.push(s("line", { x1: LEFT, x2: width, y1: line, y2: line, class: value === 0 ? "axis" : "grid" }));
    parts.push(s("text", { x: LEFT - 8, y: line + 4, "text-anchor": "end" }, String(value)));
  }
  let lastLabel = -Infinity;
  quarters.forEach((quarter, index) => {
    const x = LEFT + index * slot + (slot - bar) / 2;
    const other = Math.max(0, quarter.came - quarter.answered - quarter.gave_up);
    let base = 0;
    const title = `${timeOfDay(quarter.from, zone)}: ${quarter.came} came, ${quarter.answered} answered, ${quarter.gave_up} gave up`;
    const stack = s("g", {}, s("title", {}, title));
    for (const [part, value] of /** @type {[string, number][]} */ ([
      ["answered", quarter.answered],
      ["gave-up", quarter.gave_up],
      ["other", other],
    ])) {
      if (value <= 0) continue;
      const height = y(base) - y(base + value);
      const fill = part === "gave-up" ? "url(#hatch)" : undefined;
      stack.append(s("rect", { x, y: y(base + value), width: bar, height: Math.max(0, height - 1), rx: 2, class: part, fill }));
      base += value;
    }
    parts.push(stack);
    const time = timeOfDay(quarter.from, zone);
    const centre = x + bar / 2;
    if (time.endsWith(":00") && centre - lastLabel > 46 && centre < width - 14) {
      lastLabel = centre;
      parts.push(s("text", { x: centre, y: HEIGHT - 6, "text-anchor": "middle" }, time));
    }
  });
  const svg = s("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img" }, hatch("hatch"), ...parts);
  svg.setAttribute("aria-label", summary(quarters, zone));
  return svg;
}

/** @param {Quarter[]} quarters @param {string} zone */
function summary(quarters, zone) {
  const sum = (/** @type {"came" | "answered" | "gave_up"} */ part) =>
    quarters.reduce((total, quarter) => total + quarter[part], 0);
  const from = quarters[0] ? timeOfDay(quarters[0].from, zone) : "";
  return `Bar chart: ${plural(sum("came"), "call")} since ${from}, ${sum("answered")} answered, ${sum("gave_up")} gave up`;
}

/** A step of 1, 2 or 5 times a power of ten that makes at most five lines. @param {number} highest */
function stepFor(highest) {
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) if (highest / (step * power) <= 5) return step * power;
  }
}
