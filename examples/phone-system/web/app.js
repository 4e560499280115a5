// The console: one page with three views, drawn from what the server says.

import { Actions } from "./api.js";
import { activity, recentCalls } from "./activity.js";
import { announcer } from "./announce.js";
import { chime } from "./chime.js";
import { customers } from "./customers.js";
import { h, attribute, button, show, text } from "./dom.js";
import { openWords } from "./hours.js";
import { icon } from "./icons.js";
import { callbacks, voicemails } from "./messages.js";
import { mine } from "./mine.js";
import { Store } from "./store.js";
import { follow } from "./stream.js";
import { timeOfDay } from "./time.js";
import { waitingList } from "./waiting.js";
import { wallboard } from "./wallboard.js";
import { callerName } from "./words.js";

/** @param {string} id @returns {HTMLElement} */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

const store = new Store(() => {
  // A page behind other windows is drawn late, but who is calling shows and sounds at once.
  sound.update();
  title();
  soon();
});
const sound = chime(store);
const actions = new Actions(store, part("notices"));
const voice = announcer(store, part("announcer"));
const head = headEnd();
const desk = deskView();
const views = [
  { name: "calls", label: "Calls", icon: "answer", piece: desk },
  { name: "wallboard", label: "Wallboard", icon: "open", piece: wallboard(store, actions) },
  { name: "customers", label: "Customers", icon: "star", piece: customers(store, actions) },
].map((view) => {
  const link = h("a", { href: `#${view.name}` }, view.label);
  const count = h("span", { class: "count" });
  const means = h("span", { class: "unseen" });
  link.append(" ", count, means);
  part("views").append(link);
  const root = h("div", { class: "view", id: `view-${view.name}`, hidden: true }, h("h1", { class: "unseen" }, view.label), view.piece.root);
  part("main").append(root);
  return { ...view, link, count, means, root };
});

/** @returns {import("./types.js").Piece<void>} */
function deskView() {
  const main = [mine(store, actions, sound.root), waitingList(store, actions), recentCalls(store)];
  const side = [voicemails(store, actions), callbacks(store, actions), activity(store)];
  const root = h(
    "div",
    { class: "desk" },
    h("div", { class: "desk-main" }, ...main.map((piece) => piece.root)),
    h("div", { class: "desk-side" }, ...side.map((piece) => piece.root)),
  );
  return { root, update: () => [...main, ...side].forEach((piece) => piece.update()) };
}

function headEnd() {
  const lineIcon = h("span", { class: "state-icon" });
  const line = h("span", null);
  const lineState = h("p", { class: "line-state" }, lineIcon, line);
  const connection = h("p", { class: "connection", role: "status" });
  const stale = part("stale");
  const name = h("span", { class: "me" });
  const out = button({ label: "Sign out", class: "quiet", press: () => actions.signOut() });
  part("bar-end").append(lineState, connection, name, out.root);
  let drawn = "";
  return {
    update() {
      const open = Boolean(store.floor?.hours.open);
      if (drawn !== String(open)) lineIcon.replaceChildren(icon(open ? "open" : "closed"));
      drawn = String(open);
      attribute(lineState, "data-open", String(open));
      text(line, openWords(store));
      text(name, store.me.name);
    },
    /** @param {boolean} live */
    connected(live) {
      attribute(connection, "data-live", String(live));
      text(connection, live ? "Live" : "Reconnecting…");
      const since = store.floor ? timeOfDay(store.now(), store.zone) : "";
      if (stale.hidden) text(stale, `The connection is cut. You see how things were at ${since}.`);
      show(stale, !live && store.floor !== null);
    },
  };
}

/** The view that the address names; on a wall it is #wallboard. */
function chosen() {
  const name = location.hash.slice(1);
  const supervisor = store.me.role === "supervisor";
  return views.find((view) => view.name === name && (supervisor || view.name !== "customers")) ?? views[0];
}

let planned = false;

/** Draws before the next frame; a page in the background, which has no frames, a little later. */
function soon() {
  if (planned) return;
  planned = true;
  const run = () => {
    if (!planned) return;
    planned = false;
    draw();
  };
  requestAnimationFrame(run);
  setTimeout(run, 250);
}

function draw() {
  if (!store.floor) return;
  show(part("loading"), false);
  const current = chosen();
  for (const view of views) {
    show(view.root, view === current);
    attribute(view.link, "aria-current", view === current ? "page" : null);
    show(view.link, view.name !== "customers" || store.me.role === "supervisor");
  }
  head.update();
  current?.piece.update();
  const waiting = store.floor.waiting.length;
  const open = store.floor.escalations.length;
  for (const view of views) {
    const count = view.name === "calls" ? waiting : view.name === "wallboard" ? open : 0;
    show(view.count, count > 0);
    text(view.count, count > 0 ? count : "");
    text(view.means, count === 0 ? "" : view.name === "calls" ? " waiting" : " escalated");
  }
  voice.update();
}

/** The name of the tab says who is calling, or how many wait. */
function title() {
  const waiting = store.floor?.waiting.length ?? 0;
  const offer = store.myself?.offers.find((offer) => offer.stage === "ringing");
  const words = offer ? `☎ ${callerName(store.call(offer.call))}` : waiting > 0 ? `(${waiting}) Support line` : "Support line";
  if (document.title !== words) document.title = words;
}

/** Clocks run on between two messages. */
function tick() {
  if (store.floor && !document.hidden) soon();
  setTimeout(tick, 1000 / store.clock.tick);
}

addEventListener("hashchange", () => {
  draw();
  part("main").focus({ preventScroll: true });
  scrollTo(0, 0);
});
document.addEventListener("visibilitychange", soon);
head.connected(false);
text(part("loading"), "Connecting to the line…");
follow(store, (live) => head.connected(live));
tick();
