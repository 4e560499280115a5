// A browser for the tests: Debian's Chromium, with a fresh profile each time.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export function openBrowser() {
  return chromium.launch({ executablePath: process.env.TEST_BROWSER ?? "/usr/bin/chromium", args: FLAGS });
}

/** How long a page may take to show something, in milliseconds: a busy machine is slow. */
const PATIENCE = 30_000;

/** Where pictures are kept. */
export const PICTURES =
  process.env.SCREENSHOTS ?? fileURLToPath(new URL("../../../../target/screenshots/phone-system/", import.meta.url));
mkdirSync(PICTURES, { recursive: true });

export const SIZES = {
  desktop: { width: 1440, height: 1000 },
  phone: { width: 360, height: 760 },
};

/** A page of its own, as another person at another computer has it; what goes wrong on it is collected. */
export async function openPage(browser, { size = "desktop", theme = "light", motion = "reduce" } = {}) {
  const context = await browser.newContext({
    viewport: SIZES[size], colorScheme: theme, reducedMotion: motion, locale: "en-GB", timezoneId: "America/New_York",
    isMobile: size === "phone", hasTouch: size === "phone",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.wrong = [];
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("console", (message) => {
    // What Chromium itself says of an answer such as 409, or of a cut connection, is part of what is tested.
    const expected = /Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === "error" && !expected) page.wrong.push(message.text());
  });
  return page;
}

export async function signIn(page, url, name, password) {
  await page.goto(`${url}/console`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
}
