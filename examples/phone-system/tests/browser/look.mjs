// What the tests look at on a page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { PICTURES } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const region = (page, name) => page.getByRole("region", { name, exact: true });
export const waiting = (page) => region(page, "Waiting");
export const pressed = (page, name) => page.getByRole("button", { name, pressed: true, exact: true });
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

export async function view(page, name) {
  await page.getByRole("navigation").getByRole("link", { name }).click();
  await page.locator(`#view-${name.toLowerCase()}`).waitFor();
}

export async function picture(page, name) {
  // A dialog covers what can be seen, and no more.
  const fullPage = !(await page.locator("dialog[open]").isVisible());
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage });
}

/** Nothing that axe finds, of any weight. */
export async function accessible(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.html).join(" ")}`);
  assert.deepEqual(told, [], where);
}

/** Nothing sticks out to the side, and whatever can be pressed is large enough for a thumb. */
export async function fitsThumbs(page, where) {
  const { wide, small } = await page.evaluate(() => {
    const visible = (element) => element.getClientRects().length > 0 && !element.closest(".unseen, .skip");
    const size = (element) => {
      const { width, height } = (element.closest(".choice") ?? element).getBoundingClientRect();
      return [Math.round(width), Math.round(height)];
    };
    return {
      wide: Math.max(
        ...[document.documentElement, ...document.querySelectorAll(".card, dialog[open]")].map((box) => box.scrollWidth - box.clientWidth),
      ),
      small: [...document.querySelectorAll("button, a, input, select, textarea, summary, audio")]
        .filter(visible)
        .filter((element) => size(element).some((length) => length < 44))
        .map((element) => `${element.outerHTML.slice(0, 80)} ${size(element).join("x")}`),
    };
  });
  assert.equal(wide, 0, `${where}: sticks out by ${wide} pixels`);
  assert.deepEqual(small, [], where);
}
