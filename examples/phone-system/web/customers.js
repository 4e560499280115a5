// Whose number means which class and which name: the table by which callers are known before they say a word.

import { h, button, keyed, show, text } from "./dom.js";
import { callerName, card, classBadge, phone, sentence } from "./words.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./api.js").Actions} Actions
 */

/** @param {Store} store @param {Actions} actions @returns {import("./types.js").Piece<void>} */
export function customers(store, actions) {
  const { root, count } = card("customers", "Customers");
  const list = h("ul", { class: "customers" });
  const none = h("p", { class: "idle" }, "No number is known yet.");
  const number = h("input", { id: "customer-number", type: "tel", autocomplete: "off", placeholder: "+44 7700 900301" });
  const name = h("input", { id: "customer-name", autocomplete: "off", maxlength: 80 });
  const classes = h("select", { id: "customer-class" });
  const add = button({ label: "Save", class: "primary", press: save });
  const form = h(
    "form",
    { class: "customer-form" },
    h("div", null, h("label", { for: "customer-number" }, "Number"), number),
    h("div", null, h("label", { for: "customer-name" }, "Name"), name),
    h("div", null, h("label", { for: "customer-class" }, "Line"), classes),
    add.root,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add.root.click();
  });
  add.root.type = "submit";
  const lead = h("p", { class: "meta" }, "Premium customers are premium on any line, and are greeted by name.");
  root.append(lead, form, list, none);

  async function save() {
    const body = { number: number.value.replace(/[\s().-]/g, ""), name: name.value.trim(), class: classes.value };
    if (!(await actions.do("customer", body))) return;
    form.reset();
    number.focus();
  }

  return {
    root,
    update() {
      const all = store
        .all("customer")
        .sort(([one, a], [other, b]) => (a.name ?? "").localeCompare(b.name ?? "") || one.localeCompare(other));
      text(count, all.length === 0 ? "" : all.length);
      show(none, all.length === 0);
      const names = (store.floor?.board.classes ?? []).map((figures) => figures.class);
      keyed(classes, names, (name) => name, (name) => ({
        root: h("option", { value: name }, sentence(name)),
        update() {},
      }));
      keyed(list, all, ([key]) => key, ([key]) => customer(actions, key));
    },
  };
}

/** @param {Actions} actions @param {string} key @returns {import("./types.js").Piece<[string, any]>} */
function customer(actions, key) {
  const name = h("span", { class: "row-name" });
  const badge = classBadge();
  const number = h("p", { class: "meta" }, phone(key));
  const remove = button({ label: "Remove", class: "quiet", press: () => actions.do("customer-remove", { number: key }) });
  const root = h("li", null, h("div", null, h("p", { class: "caller-line" }, name, badge.root), number), remove.root);
  return {
    root,
    update([, body]) {
      const who = callerName({ ...body, from: key });
      text(name, who);
      badge.update(body.class);
      remove.root.setAttribute("aria-label", `Remove ${who}`);
    },
  };
}
