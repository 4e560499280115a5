// Notes on a call: what was written before, and a place to write. A draft stays with its call until it is saved.

import { h, button, keyed, show, text } from "./dom.js";
import { timeOfDay } from "./time.js";

/** The longest note, in characters, that the server takes. */
const LONGEST = 2_000;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./api.js").Actions} actions
 */
export function notes(store, actions) {
  let call = "";
  /** @type {Map<string, string>} */
  const drafts = new Map();
  const list = h("ul", { class: "notes" });
  const field = h("textarea", { id: "note", rows: 2, maxlength: LONGEST, "aria-describedby": "note-hint" });
  const hint = h("span", { id: "note-hint", class: "meta" }, "Ctrl + Enter saves it too.");
  const saveButton = button({ label: "Save note", press: () => save() });
  const root = h(
    "div",
    { class: "writing" },
    h("label", { for: "note" }, "Notes"),
    list,
    field,
    h("div", { class: "writing-end" }, saveButton.root, hint),
  );
  field.addEventListener("input", () => drafts.set(call, field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
    }
  });

  /** @returns {Promise<boolean>} whether nothing is left unsaved */
  async function save() {
    const of = call;
    const written = field.value;
    if (written.trim() === "") return true;
    if (!(await actions.do("note", { call: of, text: written.trim() }))) return false;
    // Somebody may have gone on writing meanwhile.
    if (call === of && field.value === written) field.value = "";
    if ((drafts.get(of) ?? "") === written) drafts.delete(of);
    return true;
  }

  return {
    root,
    save,
    /** @param {string} of */
    update(of) {
      if (of !== call) {
        call = of;
        field.value = drafts.get(of) ?? "";
      }
      const written = store.call(call)?.notes ?? [];
      show(list, written.length > 0);
      keyed(list, written, (note) => note.at + note.by + note.text, noteItem);
    },
  };

  /** @param {import("./types.js").Note} note */
  function noteItem(note) {
    const by = h("span", { class: "meta" });
    return {
      root: h("li", null, h("span", null, note.text), " ", by),
      update: () => text(by, `${note.by}, ${timeOfDay(note.at, store.zone)}`),
    };
  }
}
