// A stand-in for the program, for working on the page and for testing it without a call centre behind: it speaks the
// console's protocol and knows just enough of a queue. `node fake.mjs 8090` serves a busy morning on that port.
//
// What a test makes happen comes in by /control/…, in the same words as the program's own hidden `--control` takes.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { busyMorning } from "./morning.mjs";

const web = fileURLToPath(new URL("../../web/", import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; " +
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
export const ACCOUNTS = {
  ann: { password: "ann's password", me: { agent: 1, name: "Ann", role: "supervisor" } },
  ben: { password: "ben's password", me: { agent: 2, name: "Ben", role: "agent" } },
};

/** How long a phone rings, the directory takes, and an agent writes down what was said, in milliseconds. */
const RINGS = 600;
const LOOKS_UP = 900;

export class Fake {
  #streams = new Set();
  #sessions = new Map();
  #records = [];
  #change = 0;
  #offers = 0;
  #began = Date.parse("2026-05-01T09:12:00Z") - Date.now();
  down = false;
  floor = {
    waiting: [],
    talking: [],
    agents: [
      { id: 1, name: "Ann", state: "signed-out", since: null, reach: "phone", offers: [] },
      { id: 2, name: "Ben", state: "signed-out", since: null, reach: "phone", offers: [] },
    ],
    board: {
      classes: ["premium", "regular"].map((name) => ({
        class: name, waiting: 0, longest_s: null, service_level: null, abandonment: null, answered: 0, joined: 0,
      })),
      quarters: [],
    },
    hours: {
      open: true, why: "Friday, 09:00–17:30", until: "2026-05-01T16:30:00Z", zone: "Europe/London",
      today: [{ from: "09:00", to: "17:30" }], holiday: null, overrides: [],
    },
    escalations: [],
  };

  at(ago = 0) {
    return new Date(this.#began + Date.now() - ago * 1000).toISOString();
  }

  record(kind, key, body) {
    this.#change += 1;
    this.#records.push({ kind, key, change: this.#change, body });
    this.#send("records", [this.#records.at(-1)], this.#change);
  }

  get(kind, key) {
    return this.#records.findLast((row) => row.kind === kind && row.key === key)?.body ?? null;
  }

  edit(kind, key, change) {
    this.record(kind, key, { ...this.get(kind, key), ...change });
  }

  note(who, what, why = "") {
    this.record("entry", `entry-${this.#change + 1}`, { at: this.at(), who, what, why });
  }

  /** Counts, orders, and tells everybody how things stand. */
  tell() {
    const rank = (caller) => (caller.class === "premium" ? 0 : 1);
    this.floor.waiting.sort((a, b) => rank(a) - rank(b) || a.since.localeCompare(b.since));
    let position = 0;
    for (const caller of this.floor.waiting) {
      const asked = this.floor.agents.flatMap((agent) => agent.offers).filter((offer) => offer.call === caller.call);
      caller.stage = asked.some((offer) => offer.stage === "connecting") ? "connecting" : asked.length > 0 ? "offered" : "waiting";
      caller.position = caller.stage === "connecting" ? null : (position += 1);
    }
    for (const figures of this.floor.board.classes) {
      figures.waiting = this.floor.waiting.filter((caller) => caller.class === figures.class).length;
    }
    this.#send("floor", { at: this.at(), speed: 1, ...this.floor });
  }

  /** Offers the head of the line to whoever is ready. */
  dispatch() {
    for (const caller of this.floor.waiting) {
      const free = this.floor.agents.find((agent) => agent.state === "ready");
      if (!free || this.floor.agents.some((agent) => agent.offers.some((offer) => offer.call === caller.call))) continue;
      this.#offers += 1;
      free.offers = [{
        offer: `offer-${this.#offers}`, call: caller.call, answer_by: this.at(-30), why: "first in line", stage: "ringing", everyone: false,
      }];
      this.#state(free, "reserved");
      this.note(free.name, `is offered ${this.get("call", caller.call)?.name ?? "a caller"}`, "first in line");
    }
    this.tell();
  }

  #state(agent, state) {
    Object.assign(agent, { state, since: this.at(), until: state === "wrap-up" ? this.at(-60) : null });
  }

  ring({ from, class: name = "regular", name: caller = null, directory = "found" }) {
    const call = `CA${String(this.#change).padStart(32, "0")}`;
    this.record("call", call, {
      from, to: "+442079460100", name: null, class: name, topic: "support", began: this.at(), waits_since: this.at(), talks_since: null,
      agent: null, outcome: null, ended_at: null, look_up: { state: "under-way", since: this.at(), attempt: 1 }, notes: [], rating: null,
    });
    if (this.floor.hours.open) {
      this.floor.waiting.push({ call, class: name, since: this.at(), position: null, estimate_s: 40, stage: "waiting", overdue: false });
      this.note(caller ?? from, "waits in line", name);
    } else {
      this.edit("call", call, { outcome: "closed", ended_at: this.at() });
      this.note(caller ?? from, "is told when we open next", this.floor.hours.why);
    }
    const tell = (look_up, more = {}) => this.edit("call", call, { look_up, ...more });
    setTimeout(() => {
      if (directory === "dead") tell({ state: "under-way", since: this.at(), attempt: 2 });
    }, LOOKS_UP / 2);
    setTimeout(() => {
      if (directory === "dead") tell({ state: "failed", why: "it did not answer within 2 s" });
      else tell({ state: "found", profile: { name: caller, company: "Hall & Sons", facts: [["Open tickets", "2"], ["Customer since", "2019"]] } }, { name: caller });
    }, LOOKS_UP);
    this.dispatch();
    return call;
  }

  hangUp(call) {
    const talk = this.floor.talking.find((talk) => talk.call === call);
    this.floor.waiting = this.floor.waiting.filter((caller) => caller.call !== call);
    this.floor.talking = this.floor.talking.filter((talk) => talk.call !== call);
    this.edit("call", call, { ended_at: this.at(), outcome: talk ? "answered" : "gave up" });
    for (const agent of this.floor.agents) {
      if (agent.id === talk?.agent) this.#state(agent, "wrap-up");
      else if (agent.offers.some((offer) => offer.call === call)) this.#state(agent, "ready");
      agent.offers = agent.offers.filter((offer) => offer.call !== call);
    }
    this.dispatch();
  }

  actions = {
    presence: (me, { state }) => {
      const agent = this.#agent(me);
      this.#state(agent, state === "wrap-up-done" ? "ready" : state);
      agent.offers = [];
      this.dispatch();
    },
    answer: (me, { call }) => {
      const agent = this.#agent(me);
      const caller = this.floor.waiting.find((caller) => caller.call === call);
      const holder = this.floor.agents.find((other) => other.offers.some((offer) => offer.call === call && offer.stage !== "ringing"));
      const taken = holder?.id ?? this.floor.talking.find((talk) => talk.call === call)?.agent;
      if (taken) throw new Refused(409, "taken", `${this.floor.agents.find((other) => other.id === taken).name} was first.`);
      if (!caller) throw new Refused(409, "gone", "The caller has hung up.");
      for (const other of this.floor.agents) {
        if (other !== agent && other.offers.some((offer) => offer.call === call)) {
          other.offers = [];
          this.#state(other, "ready");
        }
      }
      agent.offers = [{ offer: `offer-${(this.#offers += 1)}`, call, answer_by: null, why: "taken", stage: "connecting", everyone: false }];
      this.#state(agent, "reserved");
      setTimeout(() => {
        if (!agent.offers.some((offer) => offer.call === call)) return;
        this.floor.waiting = this.floor.waiting.filter((caller) => caller.call !== call);
        this.floor.talking.push({ call, agent: agent.id, since: this.at(), held: false });
        agent.offers = [];
        this.#state(agent, "talking");
        this.edit("call", call, { agent: agent.id, talks_since: this.at() });
        this.dispatch();
      }, RINGS);
      this.dispatch();
    },
    decline: (me) => {
      this.#agent(me).offers = [];
      this.#state(this.#agent(me), "break");
      this.dispatch();
    },
    hold: (me, { call }) => this.#held(call, true),
    resume: (me, { call }) => this.#held(call, false),
    transfer: (me, { call, to }) => {
      if (to.number && !/^\+\d{8,15}$/.test(to.number)) throw new Refused(400, "bad-request", `${to.number} is no number: write it as +442079460100.`);
      this.hangUp(call);
    },
    "hang-up": (me, { call }) => this.hangUp(call),
    note: (me, { call, text }) => {
      this.edit("call", call, { notes: [...(this.get("call", call).notes ?? []), { at: this.at(), by: me.name, text }] });
    },
    "look-up": (me, { call }) => this.edit("call", call, { look_up: { state: "under-way", since: this.at(), attempt: 1 } }),
    "voicemail-heard": (me, { id }) => this.edit("voicemail", id, { heard_by: me.name }),
    "callback-take": (me, { id }) => this.edit("callback", id, { by: me.name }),
    "callback-give-back": (me, { id }) => this.edit("callback", id, { by: null }),
    "callback-done": (me, { id }) => this.edit("callback", id, { state: "done", by: me.name }),
    override: (me, { hours, until, reason }) => {
      this.floor.hours.overrides.push({ id: `override-${this.#change}`, hours, from: this.at(), to: until, reason, by: me.name });
      Object.assign(this.floor.hours, { open: hours === "open", why: reason, until });
      this.note(me.name, hours === "open" ? "opens the line" : "closes the line", reason);
      this.tell();
    },
    "override-remove": (me, { id }) => {
      this.floor.hours.overrides = this.floor.hours.overrides.filter((override) => override.id !== id);
      Object.assign(this.floor.hours, { open: true, why: "Friday, 09:00–17:30", until: "2026-05-01T16:30:00Z" });
      this.tell();
    },
    customer: (me, { number, name, class: line }) => {
      if (!/^\+\d{8,15}$/.test(number)) throw new Refused(400, "bad-request", `${number || "Nothing"} is no number: write it as +442079460100.`);
      this.record("customer", number, { name, class: line });
    },
    "customer-remove": (me, { number }) => this.record("customer", number, null),
    "escalation-acknowledge": (me, { process }) => {
      const escalation = this.floor.escalations.find((one) => one.process === process);
      Object.assign(escalation, { state: "acknowledged", what: `${me.name} has taken charge` });
      escalation.history.push({ at: this.at(), text: `${me.name} takes charge` });
      this.tell();
    },
  };

  #agent(me) {
    const agent = this.floor.agents.find((agent) => agent.id === me.agent);
    if (!agent) throw new Refused(403, "forbidden", "You take no calls.");
    return agent;
  }

  #held(call, held) {
    for (const talk of this.floor.talking) if (talk.call === call) talk.held = held;
    this.tell();
  }

  #send(event, data, id) {
    const message = `${id ? `id: fake-${id}\n` : ""}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of this.#streams) stream.write(message);
  }

  #follow(request, response, me) {
    const last = request.headers["last-event-id"] ?? new URL(request.url, "http://fake").searchParams.get("after");
    const after = last ? Number(last.replace("fake-", "")) : 0;
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    const hello = { me, csrf: "a token", server: "fake", now: this.at(), speed: 1, reset: !last, demo: true };
    response.write(`event: hello\ndata: ${JSON.stringify(hello)}\n\n`);
    const rows = this.#records.filter((row) => row.change > after);
    if (rows.length > 0) response.write(`id: fake-${this.#change}\nevent: records\ndata: ${JSON.stringify(rows)}\n\n`);
    response.write(`event: floor\ndata: ${JSON.stringify({ at: this.at(), speed: 1, ...this.floor })}\n\n`);
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }

  /** Cuts every stream; while it is down, nothing is answered. */
  cut(down) {
    this.down = down;
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  async answer(request, response) {
    const url = new URL(request.url, "http://fake");
    if (url.pathname.startsWith("/control/")) return this.#control(url, request, response);
    if (this.down) return request.destroy();
    const me = this.#sessions.get(/session=(\w+)/.exec(request.headers.cookie ?? "")?.[1]);
    const post = request.method === "POST";
    if (url.pathname.startsWith("/console/assets/")) return file(response, url.pathname.slice("/console/assets/".length));
    if (url.pathname === "/console/sign-in" && post) return this.#signIn(request, response);
    if (url.pathname === "/console/sign-in") return file(response, "sign-in.html");
    if (!me && url.pathname === "/console") return response.writeHead(303, { Location: "/console/sign-in" }).end();
    if (!me) return json(response, 401, { error: "Please sign in.", code: "signed-out" });
    if (url.pathname === "/console") return file(response, "index.html");
    if (url.pathname === "/console/events") return this.#follow(request, response, me);
    if (url.pathname === "/console/sign-out") {
      return response.writeHead(303, { Location: "/console/sign-in", "Set-Cookie": "session=; Path=/; Max-Age=0" }).end();
    }
    if (post && url.pathname.startsWith("/console/api/")) {
      if (request.headers["x-csrf-token"] !== "a token") return json(response, 403, { error: "Not from this page.", code: "csrf" });
      try {
        this.actions[url.pathname.slice("/console/api/".length)](me, JSON.parse(await body(request)));
        return json(response, 200, { ok: true });
      } catch (error) {
        return json(response, error.status ?? 500, { error: error.message, code: error.code });
      }
    }
    response.writeHead(404).end();
  }

  async #signIn(request, response) {
    const form = new URLSearchParams(await body(request));
    const account = ACCOUNTS[form.get("name")];
    if (account?.password !== form.get("password")) {
      return file(response, "sign-in.html", 403, '<p class="message" role="alert">Name or password is wrong.</p>');
    }
    const session = `s${this.#sessions.size + 1}`;
    this.#sessions.set(session, account.me);
    response.writeHead(303, { Location: "/console", "Set-Cookie": `session=${session}; Path=/; HttpOnly; SameSite=Strict` }).end();
  }

  async #control(url, request, response) {
    const what = url.pathname.slice("/control/".length);
    const asked = JSON.parse((await body(request)) || "{}");
    if (what === "call") return json(response, 200, { call: this.ring(asked) });
    if (what === "hang-up") {
      const row = this.#records.findLast((row) => row.kind === "call" && row.body.from === asked.from);
      this.hangUp(row.key);
    }
    if (what === "cut") this.cut(Boolean(asked.down));
    json(response, 200, { ok: true });
  }
}

class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return text;
}

function json(response, status, value) {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

async function file(response, name, status = 200, message = "") {
  const path = web + name;
  if (!/^[\w-]+\.\w+$/.test(name) || !existsSync(path)) return response.writeHead(404).end();
  response.writeHead(status, { "Content-Type": TYPES[name.split(".").pop()], "Content-Security-Policy": POLICY, "Cache-Control": "no-store" });
  if (name !== "sign-in.html") return createReadStream(path).pipe(response);
  let page = "";
  for await (const part of createReadStream(path, "utf8")) page += part;
  const hint = '<p class="hint">This is a demo. Sign in as <b>ann</b> with the password <b>ann\'s password</b>.</p>';
  response.end(page.replace("<!-- message -->", message).replace("<!-- demo -->", hint));
}

/** Starts one on a free port, or on this one. */
export async function startFake(port = 0, busy = false) {
  const fake = new Fake();
  if (busy) busyMorning(fake);
  const server = createServer((request, response) => fake.answer(request, response));
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  return { fake, server, url: `http://127.0.0.1:${server.address().port}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFake(Number(process.argv[2] ?? 8090), true);
  console.log(`${url}/console: sign in as ann with "ann's password"`);
}
