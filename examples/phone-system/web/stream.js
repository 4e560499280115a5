// The stream of events, which goes on by itself after whatever cut it: the server, the network, a computer that slept.

/** After so long without a word the stream counts as cut, in milliseconds: the server says something every 15 seconds. */
const SILENCE = 25_000;
/** From one attempt to the next, at first and at most. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;

/**
 * Follows the line for as long as the page is open.
 * @param {import("./store.js").Store} store
 * @param {(live: boolean) => void} tell whether the page is live
 */
export function follow(store, tell) {
  /** @type {EventSource | null} */
  let source = null;
  let heard = performance.now();
  let pause = FIRST_PAUSE;
  let timer = 0;

  const open = () => {
    source?.close();
    heard = performance.now();
    // A stream of our own making does not know where the last one ended, unlike one that the browser opens again.
    const after = store.place === "" ? "" : `?after=${encodeURIComponent(store.place)}`;
    source = new EventSource(`/console/events${after}`);
    on("hello", (data) => {
      pause = FIRST_PAUSE;
      store.greet(data);
    });
    on("records", (data, place) => store.record(data, place));
    on("floor", (data) => {
      store.see(data);
      tell(true);
    });
    on("beat", () => {});
    source.onerror = () => {
      tell(false);
      // The browser tries again by itself unless it was given an answer that it does not take for a stream.
      if (source?.readyState === EventSource.CLOSED) again();
    };
  };

  /** @param {string} name @param {(data: any, place: string) => void} take */
  const on = (name, take) => {
    const from = source;
    from?.addEventListener(name, (event) => {
      if (from !== source) return;
      heard = performance.now();
      take(JSON.parse(event.data), event.lastEventId);
    });
  };

  const again = async () => {
    clearTimeout(timer);
    if (await signedOut()) {
      location.assign("/console/sign-in");
      return;
    }
    // Many pages come back at once after a server was replaced: not all at the same instant.
    timer = setTimeout(open, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };

  setInterval(() => {
    if (performance.now() - heard > SILENCE) {
      tell(false);
      open();
    }
  }, 1_000);
  addEventListener("online", open);
  open();
}

/** Whether the server answers, and does not know this session any more. */
async function signedOut() {
  try {
    const answer = await fetch("/console", { redirect: "manual", cache: "no-store" });
    return answer.type === "opaqueredirect" || answer.status === 401;
  } catch {
    return false;
  }
}
