// Civil times of the line's zone, as a browser in another zone computes them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openPage } from "./browser.mjs";
import { startFake } from "./fake.mjs";

let browser, stand, page;
before(async () => {
  browser = await openBrowser();
  stand = await startFake();
  page = await openPage(browser);
  await page.goto(`${stand.url}/console/sign-in`);
});
after(async () => {
  await browser?.close();
  stand?.server.close();
});

const call = (name, ...values) =>
  page.evaluate(async ([name, values]) => (await import("/console/assets/time.js"))[name](...values), [name, values]);
const instant = async (date, time, zone) => new Date(await call("instant", date, time, zone)).toISOString();

test("an instant of civil time, in summer, in winter, and where the clocks change", async () => {
  for (const [date, time, zone, expected] of [
    ["2026-05-01", "17:30", "Europe/London", "2026-05-01T16:30:00.000Z"],
    ["2026-12-01", "17:30", "Europe/London", "2026-12-01T17:30:00.000Z"],
    ["2026-05-01", "17:30", "America/Los_Angeles", "2026-05-02T00:30:00.000Z"],
    ["2026-05-01", "00:10", "Asia/Kathmandu", "2026-04-30T18:25:00.000Z"],
    // Left out in spring: the hour after. Twice in autumn: the first.
    ["2026-03-29", "01:30", "Europe/London", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25", "01:30", "Europe/London", "2026-10-25T00:30:00.000Z"],
    ["2026-10-25", "03:00", "Europe/London", "2026-10-25T03:00:00.000Z"],
    ["2026-03-29", "00:30", "Europe/London", "2026-03-29T00:30:00.000Z"],
  ]) {
    assert.equal(await instant(date, time, zone), expected, `${date} ${time} ${zone}`);
  }
});

test("and back", async () => {
  const at = Date.parse("2026-05-01T23:05:00Z");
  assert.deepEqual(await call("civil", at, "Europe/London"), { date: "2026-05-02", time: "00:05" });
  assert.equal(await call("timeOfDay", at, "Europe/London"), "00:05");
  assert.equal(await call("when", at, "Europe/London", at), "00:05");
  assert.equal(await call("when", at, "Europe/London", at - 86_400_000), "Sat 2 May 00:05");
  assert.equal(await call("timeOfDay", at, "Mars/Olympus"), "23:05");
});

test("stopwatches and words", async () => {
  for (const [milliseconds, expected] of [[-5, "0:00"], [7_999, "0:07"], [750_000, "12:30"], [3_723_000, "1:02:03"]]) {
    assert.equal(await call("stopwatch", milliseconds), expected);
  }
  for (const [seconds, expected] of [[0, "1 second"], [40, "40 seconds"], [50, "1 minute"], [150, "3 minutes"], [3600, "1 hour"]]) {
    assert.equal(await call("inWords", seconds), expected);
  }
});
