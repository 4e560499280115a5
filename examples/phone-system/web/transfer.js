// Passing a call on: back into a line, to a colleague, or to a number outside.

import { h, button, keyed, show, text } from "./dom.js";
import { callerName, sentence, stateName } from "./words.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./api.js").Actions} actions
 */
export function transferDialog(store, actions) {
  let call = "";
  const title = h("h2", { id: "transfer-title" });
  const problem = h("p", { class: "notice", role: "alert", hidden: true });
  const choices = h("div", { class: "choices" });
  const number = h("input", {
    id: "transfer-number",
    type: "tel",
    autocomplete: "off",
    placeholder: "+44 20 7946 0100",
    "aria-label": "Number outside",
  });
  const outside = h("input", { type: "radio", name: "transfer-to", value: "number", id: "transfer-outside" });
  number.addEventListener("input", () => (outside.checked = number.value !== ""));
  const form = h(
    "form",
    { method: "dialog" },
    title,
    h(
      "fieldset",
      null,
      h("legend", null, "To whom?"),
      choices,
      h("div", { class: "choice" }, outside, h("label", { for: "transfer-outside" }, "A number outside"), number),
    ),
    problem,
  );
  const confirm = button({ label: "Transfer", class: "primary", press: send });
  const cancel = button({ label: "Cancel", press: () => root.close() });
  form.append(h("div", { class: "dialog-actions" }, confirm.root, cancel.root));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    confirm.root.click();
  });
  const root = h("dialog", { "aria-labelledby": "transfer-title" }, form);

  async function send() {
    const chosen = /** @type {HTMLInputElement | null} */ (form.querySelector("input:checked"))?.value ?? "";
    const [what, which = ""] = chosen.split(":");
    const to =
      what === "class"
        ? { class: which }
        : what === "agent"
          ? { agent: Number(which) }
          : { number: number.value.replace(/[\s().-]/g, "") };
    const refusal =
      chosen === "" || (what === "number" && number.value === "")
        ? "Choose somebody, or type a number."
        : await actions.ask("transfer", { call, to });
    show(problem, refusal !== null);
    text(problem, refusal ?? "");
    if (refusal === null) root.close();
  }

  function draw() {
    const classes = (store.floor?.board.classes ?? []).map(({ class: name }) => ({
      value: `class:${name}`,
      label: `The ${name} line`,
      more: "whoever is free next",
    }));
    const agents = (store.floor?.agents ?? [])
      .filter((agent) => agent.id !== store.me.agent && agent.state !== "signed-out")
      .map((agent) => ({ value: `agent:${agent.id}`, label: agent.name, more: stateName(agent.state).toLowerCase() }));
    keyed(choices, [...agents, ...classes], (choice) => choice.value, (choice) => {
      const id = `transfer-${choice.value}`;
      const more = h("span", { class: "meta" });
      const input = h("input", { type: "radio", name: "transfer-to", value: choice.value, id });
      return {
        root: h("div", { class: "choice" }, input, h("label", { for: id }, sentence(choice.label), " ", more)),
        update: (now) => text(more, now.more),
      };
    });
  }

  return {
    root,
    /** @param {string} of */
    open(of) {
      call = of;
      number.value = "";
      for (const input of form.querySelectorAll("input")) input.checked = false;
      show(problem, false);
      text(title, `Transfer ${callerName(store.call(of))}`);
      draw();
      root.showModal();
    },
    /** @param {string} of the call that can be passed on now; "" for none */
    update(of) {
      if (!root.open) return;
      if (of === call) draw();
      else root.close();
    },
  };
}
