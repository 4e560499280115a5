// A scene: the program or the stand-in behind a page, people in front of it. What is left of one that fails is kept.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, openPage, signIn } from "./browser.mjs";
import { picture, press, pressed } from "./look.mjs";
import { REAL, startStage } from "./stage.mjs";

let browser;
after(() => browser?.close());

/**
 * Plays a scene on a stage of its own: `play` is given the stage, and `open`, `agent` and `ready`, which answer pages of a
 * browser: one that shows nothing yet, one on which somebody has signed in, and one of somebody who is ready for calls.
 */
export function scene(name, play, onStage = {}) {
  test(name, async () => {
    browser ??= await openBrowser();
    const stage = await startStage(onStage);
    const pages = [];
    const open = async (options) => {
      const page = await openPage(browser, options);
      pages.push(page);
      return page;
    };
    const agent = async (who, { url = stage.url, ...options } = {}) => {
      const page = await open(options);
      await signIn(page, url, who, stage.accounts[who].password);
      return page;
    };
    const ready = async (who, options) => {
      const page = await agent(who, options);
      await press(page, "Ready");
      await pressed(page, "Ready").waitFor();
      return page;
    };
    try {
      await play({ stage, open, agent, ready });
      assert.deepEqual(pages.flatMap((page) => page.wrong), [], "errors on the page, or against its security policy");
    } catch (error) {
      await keep(name, pages, stage, error);
      throw error;
    } finally {
      await Promise.all(pages.map((page) => page.context().close()));
      await stage.end();
    }
  });
}

/** A scene that needs a telephone, of which the stand-in knows nothing. */
export function sceneOnTheTelephone(name, play, onStage) {
  if (REAL) scene(name, play, onStage);
  else test(name, { skip: "needs the program: PHONE_SYSTEM" });
}

/** Adds to the error what the pages showed, and what the program said. */
async function keep(name, pages, stage, error) {
  const told = [stage.said?.() ?? ""];
  for (const [place, page] of pages.entries()) {
    const file = `failed-${name.toLowerCase().replace(/[^a-z]+/g, "-").slice(0, 50)}-${place + 1}`;
    // A page that has crashed shows nothing.
    await picture(page, file).catch(() => {});
    const shown = await page.locator("body").ariaSnapshot({ timeout: 2_000 }).catch(() => "nothing");
    told.push(`page ${place + 1}, ${file}.png: ${page.wrong.join("; ")}\n${shown}`);
  }
  error.message += `\n${told.filter(Boolean).join("\n")}`;
  error.stack = `${error.message}\n${error.stack}`;
}
