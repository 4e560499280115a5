// "Close now until…" and "open now although…". It takes effect on the next call.

import { h, button, show, text } from "./dom.js";
import { civil, instant, when } from "./time.js";

const HOUR = 3_600_000;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./api.js").Actions} actions
 */
export function overrideDialog(store, actions) {
  /** @type {"open" | "closed"} */
  let hours = "closed";
  const title = h("h2", { id: "override-title" });
  const lead = h("p", { class: "meta" });
  const date = h("input", { type: "date", id: "override-date", required: true, "aria-label": "Until: day" });
  const time = h("input", { type: "time", id: "override-time", required: true, "aria-label": "Until: time" });
  const reason = h("input", { id: "override-reason", required: true, maxlength: 120, autocomplete: "off" });
  const reasonLabel = h("label", { for: "override-reason" }, "Reason");
  const problem = h("p", { class: "notice", role: "alert", hidden: true });
  const quick = h("div", { class: "quick" });
  for (const [label, milliseconds] of /** @type {[string, number][]} */ ([
    ["30 minutes", HOUR / 2],
    ["1 hour", HOUR],
    ["2 hours", 2 * HOUR],
  ])) {
    quick.append(button({ label, class: "quiet", press: () => until(store.now() + milliseconds) }).root);
  }
  const midnight = () => {
    const tomorrow = civil(store.now() + 24 * HOUR, store.zone).date;
    until(instant(tomorrow, "00:00", store.zone));
  };
  quick.append(button({ label: "The rest of the day", class: "quiet", press: midnight }).root);
  const confirm = button({ label: "", class: "primary", press: send });
  const cancel = button({ label: "Cancel", press: () => root.close() });
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    title,
    lead,
    h(
      "fieldset",
      null,
      h("legend", null, "Until"),
      quick,
      h("div", { class: "until" }, time, date),
    ),
    reasonLabel,
    reason,
    problem,
    h("div", { class: "dialog-actions" }, confirm.root, cancel.root),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    confirm.root.click();
  });
  const root = h("dialog", { "aria-labelledby": "override-title" }, form);

  /** @param {number} at */
  function until(at) {
    const shown = civil(at, store.zone);
    date.value = shown.date;
    time.value = shown.time;
  }

  async function send() {
    const end = instant(date.value, time.value, store.zone);
    let refusal = null;
    if (Number.isNaN(end)) refusal = "Say until when: a time and a day.";
    else if (end <= store.now()) refusal = `${when(end, store.zone, store.now())} is over already.`;
    else if (reason.value.trim() === "") refusal = "Say why: callers hear the reason when the line is closed.";
    refusal ??= await actions.ask("override", {
      hours,
      until: new Date(end).toISOString(),
      reason: reason.value.trim(),
    });
    show(problem, refusal !== null);
    text(problem, refusal ?? "");
    if (refusal === null) root.close();
  }

  return {
    root,
    /** @param {"open" | "closed"} as */
    open(as) {
      hours = as;
      const closing = as === "closed";
      const holiday = store.floor?.hours.holiday;
      text(title, closing ? "Close the line now" : "Open the line now");
      text(lead, closing ? "The next caller hears that we are closed, and why." : "The next caller is let in.");
      text(reasonLabel, closing ? "Reason, which callers hear" : "Reason");
      confirm.label(closing ? "Close the line" : "Open the line");
      reason.value = closing || !holiday ? "" : `Open although it is ${holiday}`;
      show(problem, false);
      until(store.now() + HOUR);
      root.showModal();
      reason.focus();
    },
  };
}
