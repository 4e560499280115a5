// The line's clock, and how times are told. The line has a time zone of its own, and in a demo a speed of its own; this
// computer's clock and zone are asked for nothing but how much time has passed.

/** Runs on from what the server said last. */
export class Clock {
  #at = 0;
  #heard = 0;
  #speed = 1;

  /** @param {string} at @param {number} speed */
  set(at, speed) {
    const time = Date.parse(at);
    if (Number.isNaN(time)) return;
    this.#at = time;
    this.#heard = performance.now();
    this.#speed = speed > 0 ? speed : 1;
  }

  /** @returns {number} the line's time, in milliseconds since 1970 */
  now() {
    return this.#at + (performance.now() - this.#heard) * this.#speed;
  }

  /** @returns {number} how often a second of the line is over, at most eight times in a second of ours */
  get tick() {
    return Math.min(Math.max(1, this.#speed), 8);
  }
}

/**
 * As a stopwatch shows it: 0:07, 12:30, 1:02:03.
 * @param {number} milliseconds
 */
export function stopwatch(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = pad(seconds % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/**
 * In words, for what is read aloud or is only roughly so: "40 seconds", "2 minutes".
 * @param {number} seconds
 */
export function inWords(seconds) {
  if (seconds < 50) return plural(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 3000) return plural(Math.max(1, Math.round(seconds / 60)), "minute");
  return plural(Math.max(1, Math.round(seconds / 3600)), "hour");
}

/** @param {number} count @param {string} word */
export function plural(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} zone @param {Intl.DateTimeFormatOptions} options */
function format(zone, options) {
  const key = zone + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    try {
      made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    } catch {
      // A zone that this browser does not know yet.
      made = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
    }
    formats.set(key, made);
  }
  return made;
}

/** @param {string | number} at @param {string} zone @returns {string} as 09:05 */
export function timeOfDay(at, zone) {
  return format(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/**
 * The time of day, with the day unless that is today.
 * @param {string | number} at
 * @param {string} zone
 * @param {number} now
 */
export function when(at, zone, now) {
  const day = format(zone, { weekday: "short", day: "numeric", month: "short" });
  const time = timeOfDay(at, zone);
  const date = day.format(new Date(at));
  return date === day.format(now) ? time : `${date} ${time}`;
}

/** @param {string} zone @param {number} at @returns {string} as Friday 1 May */
export function dayName(zone, at) {
  return format(zone, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

/**
 * The civil time of an instant, as the fields of a form hold it.
 * @param {number} at
 * @param {string} zone
 * @returns {{date: string, time: string}} as 2026-05-01 and 09:05
 */
export function civil(at, zone) {
  const parts = Object.fromEntries(
    format(zone, {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    })
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
  };
}

/**
 * The instant of a civil time. One that the clocks leave out in spring counts as the hour after; of one that comes twice
 * in autumn it is the first.
 * @param {string} date as 2026-05-01
 * @param {string} time as 09:05
 * @param {string} zone
 * @returns {number} NaN when it cannot be read
 */
export function instant(date, time, zone) {
  const naive = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(naive)) return NaN;
  const offset = (/** @type {number} */ at) => {
    const shown = civil(at, zone);
    return Date.parse(`${shown.date}T${shown.time}:00Z`) - Math.floor(at / 60_000) * 60_000;
  };
  // The offsets a day before and a day after are those of both sides of any change of clocks in between.
  const day = 86_400_000;
  const candidates = [naive - offset(naive - day), naive - offset(naive + day)];
  const exact = candidates.filter((at) => at + offset(at) === naive);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...candidates);
}
