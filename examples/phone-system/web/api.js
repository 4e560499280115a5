// What a person does: one request each. What the server has against it is shown in its own words.

import { h, keyed } from "./dom.js";
import { icon } from "./icons.js";

/** How long a request may take, in milliseconds. */
const PATIENCE = 15_000;

export class Actions {
  #store;
  /** @type {HTMLElement} */
  #notices;
  /** @type {{id: number, text: string}[]} */
  #shown = [];
  #count = 0;

  /** @param {import("./store.js").Store} store @param {HTMLElement} notices */
  constructor(store, notices) {
    this.#store = store;
    this.#notices = notices;
  }

  /**
   * Asks for an action.
   * @param {string} action
   * @param {object} body
   * @returns {Promise<boolean>} whether it was done; if not, the reason is on the page
   */
  async do(action, body) {
    const refusal = await this.ask(action, body);
    if (refusal === null) this.#clear();
    else this.#say(refusal);
    return refusal === null;
  }

  /**
   * Asks for an action, and leaves it to the caller to show why it was not done.
   * @param {string} action
   * @param {object} body
   * @returns {Promise<string | null>} null: it was done
   */
  async ask(action, body) {
    let answer;
    try {
      answer = await this.#post(`/console/api/${action}`, body);
    } catch {
      return "The server cannot be reached. Please try again.";
    }
    if (answer.ok) return null;
    if (answer.status === 401 || answer.type === "opaqueredirect") {
      location.assign("/console/sign-in");
      return "You have been signed out.";
    }
    try {
      const { error } = await answer.json();
      if (typeof error === "string" && error !== "") return error;
    } catch {
      // Not from our server: a proxy in between.
    }
    return `The server answered with ${answer.status}. Please try again.`;
  }

  /** Ends the session, and goes to where a new one begins. */
  async signOut() {
    try {
      await this.#post("/console/sign-out", {});
      location.assign("/console/sign-in");
    } catch {
      this.#say("The server cannot be reached: you are still signed in.");
    }
  }

  /** @param {string} url @param {object} body */
  #post(url, body) {
    return fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.#store.hello?.csrf ?? "" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
  }

  /** @param {string} text */
  #say(text) {
    this.#count += 1;
    this.#shown = [{ id: this.#count, text }];
    this.#draw();
  }

  #clear() {
    if (this.#shown.length > 0) {
      this.#shown = [];
      this.#draw();
    }
  }

  #draw() {
    keyed(this.#notices, this.#shown, (notice) => String(notice.id), (notice) => {
      const dismiss = h("button", { type: "button", class: "quiet square", "aria-label": "Dismiss" }, icon("close"));
      dismiss.addEventListener("click", () => {
        this.#clear();
        document.getElementById("main")?.focus({ preventScroll: true });
      });
      return {
        root: h("p", { class: "notice" }, icon("alert"), h("span", null, notice.text), dismiss),
        update() {},
      };
    });
  }
}
