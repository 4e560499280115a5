// All that the page knows of the line: what the server sent, and nothing that the page made up.

import { Clock } from "./time.js";

/**
 * @typedef {import("./types.js").Hello} Hello
 * @typedef {import("./types.js").Floor} Floor
 * @typedef {import("./types.js").Change} Change
 */

export class Store {
  /** @type {Hello | null} */
  hello = null;
  /** @type {Floor | null} */
  floor = null;
  /** Where the stream had got to, in the server's own words; a new stream goes on from there. */
  place = "";
  clock = new Clock();
  /** @type {Map<string, Map<string, any>>} */
  #kinds = new Map();
  /** Lists that are in order already, until a record of their kind changes. @type {Map<string, [string, any][]>} */
  #ordered = new Map();
  /** @type {() => void} */
  #changed;

  /** @param {() => void} changed called when there is something new to draw */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {Hello} hello */
  greet(hello) {
    this.hello = hello;
    this.clock.set(hello.now, hello.speed);
    if (hello.reset) {
      this.#kinds.clear();
      this.#ordered.clear();
      this.place = "";
    }
  }

  /** @param {Change[]} changes @param {string} place */
  record(changes, place) {
    for (const { kind, key, body } of changes) {
      const records = this.#kinds.get(kind) ?? new Map();
      this.#kinds.set(kind, records);
      for (const list of this.#ordered.keys()) if (list.startsWith(`${kind} `)) this.#ordered.delete(list);
      if (body === null) records.delete(key);
      else records.set(key, body);
    }
    this.place = place || this.place;
    // Before the first floor of a stream the records may not be complete.
    if (this.floor) this.#changed();
  }

  /** @param {Floor} floor */
  see(floor) {
    this.floor = floor;
    this.clock.set(floor.at, floor.speed);
    this.#changed();
  }

  now() {
    return this.clock.now();
  }

  get zone() {
    return this.floor?.hours.zone ?? "UTC";
  }

  /** @returns {import("./types.js").Me} */
  get me() {
    return this.hello?.me ?? { agent: null, name: "", role: "agent" };
  }

  /** This agent as the queue sees them; undefined for a supervisor who takes no calls. */
  get myself() {
    return this.floor?.agents.find((agent) => agent.id === this.me.agent);
  }

  /** @param {number | null | undefined} id @returns {string} */
  agentName(id) {
    return this.floor?.agents.find((agent) => agent.id === id)?.name ?? "somebody";
  }

  /** @param {string} key @returns {import("./types.js").Call | undefined} */
  call(key) {
    return this.#kinds.get("call")?.get(key);
  }

  /**
   * The records of a kind with their keys, in no order that means anything.
   * @param {string} kind
   * @returns {[string, any][]}
   */
  all(kind) {
    return [...(this.#kinds.get(kind) ?? [])];
  }

  /**
   * The records of a kind that have this time, newest first. They are looked at many times a second, and may be thousands.
   * @param {string} kind
   * @param {string} time
   * @returns {[string, any][]}
   */
  newest(kind, time) {
    const name = `${kind} ${time}`;
    const known = this.#ordered.get(name);
    if (known) return known;
    const list = this.all(kind)
      .filter(([, body]) => body[time])
      .sort(([a, one], [b, other]) => compare(other[time], one[time]) || compare(b, a));
    this.#ordered.set(name, list);
    return list;
  }
}

/** @param {string} one @param {string} other */
function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
