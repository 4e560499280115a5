// The console in a browser, as agents meet it. Against the stand-in, or against the program where PHONE_SYSTEM names it.

import assert from "node:assert/strict";
import { signIn } from "./browser.mjs";
import { HALL, HOSTILE, OKORO } from "./callers.mjs";
import { ACCOUNTS, startFake } from "./fake.mjs";
import { accessible, fitsThumbs, picture, press, pressed, region, view, waiting } from "./look.mjs";
import { scene } from "./scene.mjs";
import { REAL } from "./stage.mjs";
import { startWire } from "./wire.mjs";

scene("a wrong password is told, and the right one lets in", async ({ stage, open }) => {
  const page = await open();
  await page.goto(`${stage.url}/console`);
  await page.getByLabel("Name").fill("ann");
  await page.getByLabel("Password").fill("wrong");
  await press(page, "Sign in");
  await page.getByRole("alert").waitFor();
  await accessible(page, "sign-in with a message");
  await picture(page, "sign-in-refused");
  await signIn(page, stage.url, "ann", stage.accounts.ann.password);
  await press(page, "Sign out");
  await page.getByLabel("Password").waitFor();
});

scene("a call from its first ring to the end of the wrap-up", async ({ stage, ready }) => {
  const ann = await ready("ann");
  await stage.ring(HALL);
  const mine = region(ann, "Ann");
  await mine.getByText("Looking up…").waitFor();
  await mine.getByRole("article").locator(".facts").waitFor();
  await mine.getByRole("heading", { name: "Mrs Hall" }).waitFor();
  assert.match(await ann.title(), /Mrs Hall/, "a tab in the background says who is calling");
  await picture(ann, "call-1-offered");
  await mine.getByRole("button", { name: "Answer", exact: true }).click();
  await mine.getByRole("button", { name: "Hold" }).waitFor();
  await picture(ann, "call-2-talking");

  await mine.getByRole("button", { name: "Hold" }).click();
  await mine.getByText("On hold").waitFor();
  await mine.getByRole("button", { name: "Resume" }).click();
  await mine.getByText("Talking").waitFor();

  await mine.getByLabel("Notes").fill("Router replaced.");
  await mine.getByRole("button", { name: "Save note" }).click();
  await mine.locator(".notes").getByText("Router replaced.").waitFor();
  assert.equal(await mine.getByLabel("Notes").inputValue(), "");

  await stage.hangUp(HALL);
  const done = mine.getByRole("button", { name: "Done, ready for the next call" });
  await done.waitFor();
  await mine.getByLabel("Notes").fill("Call again on Monday.");
  await picture(ann, "call-3-wrap-up");
  await done.click();
  await mine.getByText("The next call comes to you here.").waitFor();
  const over = region(ann, "Calls that are over");
  await over.getByText("Mrs Hall").waitFor();
  // What was not saved yet was saved with the wrap-up.
  await over.getByText("Call again on Monday.").waitFor();
});

scene("two agents press Answer at once: one has the call, the other is told who was first", async ({ stage, agent }) => {
  const [ann, ben] = await Promise.all([agent("ann"), agent("ben")]);
  await stage.ring(OKORO);
  const buttons = [ann, ben].map((page) => waiting(page).getByRole("button", { name: /^Answer/ }));
  await Promise.all(buttons.map((button) => button.waitFor()));
  for (const page of [ann, ben]) await press(page, "Ready");
  // Whoever is offered the call has the large button, and the other one that in the list.
  const answers = [ann, ben].map((page) => page.getByRole("button", { name: /^Answer/ }).first());
  await Promise.all(answers.map((button) => button.evaluate((element) => element.click())));
  const hold = [ann, ben].map((page) => page.getByRole("button", { name: "Hold" }));
  await hold[0].or(ann.getByText("Ben was first.")).waitFor();
  await hold[1].or(ben.getByText("Ann was first.")).waitFor();
  const has = await Promise.all(hold.map((button) => button.isVisible()));
  const told = await Promise.all([ann.getByText("Ben was first.").isVisible(), ben.getByText("Ann was first.").isVisible()]);
  assert.deepEqual(told, has.map((visible) => !visible));
  assert.equal(has.filter(Boolean).length, 1, "exactly one has the call");
  await picture(has[0] ? ben : ann, "race-lost");
});

scene("closing the line is heard by the next caller, and opening it again lets in the one after", async ({ stage, agent }) => {
  const ann = await agent("ann");
  await view(ann, "Wallboard");
  await press(ann, "Close the line…");
  const dialog = ann.getByRole("dialog");
  await dialog.getByRole("button", { name: "Close the line" }).click();
  await dialog.getByRole("alert").getByText("Say why").waitFor();
  await dialog.getByLabel("Reason").fill("Fire drill");
  await dialog.getByRole("button", { name: "1 hour" }).click();
  await picture(ann, "override-dialog");
  await dialog.getByRole("button", { name: "Close the line" }).click();
  const hours = region(ann, "Opening hours");
  await hours.getByText(/^Closed until/).first().waitFor();
  await hours.getByText("Fire drill").first().waitFor();
  await picture(ann, "override-closed");
  await stage.ring(OKORO);
  await view(ann, "Calls");
  await region(ann, "Activity").getByText(/is told when we open next.*Fire drill/).waitFor();
  await waiting(ann).getByText("Nobody is waiting.").waitFor();

  await view(ann, "Wallboard");
  await hours.getByRole("button", { name: "Remove: Fire drill" }).click();
  await hours.getByText(/^Open until/).waitFor();
  await stage.ring(HALL);
  await view(ann, "Calls");
  await waiting(ann).getByText("Mrs Hall").waitFor();
});

scene("an agent who is no supervisor sees the hours, and no switch", async ({ agent }) => {
  const ben = await agent("ben");
  await view(ben, "Wallboard");
  await region(ben, "Opening hours").getByText("A supervisor can close or open the line.").waitFor();
  assert.equal(await ben.getByRole("button", { name: "Close the line…" }).isVisible(), false);
  assert.equal(await ben.getByRole("link", { name: "Customers" }).isVisible(), false);
});

scene("a cut connection shows, comes back by itself, and nothing was missed", async ({ stage, agent }) => {
  const wire = await startWire(stage.url);
  try {
    const ann = await agent("ann", { url: wire.url });
    await ann.evaluate(() => (globalThis.sameePage = true));
    await stage.ring(HALL);
    await waiting(ann).getByText("Mrs Hall").waitFor();
    wire.cut();
    await ann.getByText("Reconnecting…").waitFor();
    await ann.getByText("The connection is cut.").waitFor();
    await accessible(ann, "cut off");
    await picture(ann, "reconnecting");
    await stage.ring(OKORO);
    await stage.hangUp(HALL);
    await waiting(ann).getByRole("button", { name: "Answer Mrs Hall" }).click();
    await ann.getByText("The server cannot be reached. Please try again.").waitFor();
    wire.mend();
    await ann.getByText("Live", { exact: true }).waitFor({ timeout: 20_000 });
    await waiting(ann).getByText("Mr Okoro").waitFor();
    await region(ann, "Calls that are over").getByText("Mrs Hall").waitFor();
    assert.equal(await waiting(ann).getByText("Mrs Hall").isVisible(), false);
    assert.equal(await ann.evaluate(() => globalThis.sameePage), true, "without loading the page again");
  } finally {
    wire.end();
  }
});

scene("who is signed out in the meantime is led to the sign-in page", async ({ stage, agent }) => {
  const wire = await startWire(stage.url);
  try {
    const [ann, ben] = await Promise.all([agent("ann"), agent("ben", { url: wire.url })]);
    for (const page of [ann, ben]) await page.context().clearCookies();
    await press(ann, "Ready");
    await ann.getByLabel("Password").waitFor();
    wire.cut();
    await ben.getByText("Reconnecting…").waitFor();
    wire.mend();
    await ben.getByLabel("Password").waitFor();
  } finally {
    wire.end();
  }
});

scene("everything by keyboard, and focus stays where it is while the page changes", async ({ stage, open }) => {
  const page = await open();
  await page.goto(`${stage.url}/console`);
  // The browser puts the focus there a moment after the page has loaded: what is typed before is lost.
  await page.locator("input[name=name]:focus").waitFor();
  await page.keyboard.type("ann");
  await page.keyboard.press("Tab");
  await page.keyboard.type(stage.accounts.ann.password);
  await page.keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();
  const focus = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim());
  const tabTo = async (name) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (name.test((await focus()) ?? "")) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`no tab leads to ${name}; focus is on ${await focus()}`);
  };

  await stage.ring(OKORO);
  await waiting(page).getByText("Mr Okoro").waitFor();
  await tabTo(/^Answer Mr Okoro/);
  // Somebody comes in before him: his row moves, and the focus with it.
  await stage.ring(HALL);
  await waiting(page).getByText("Mrs Hall").waitFor();
  assert.equal(await waiting(page).locator(".row-name").first().textContent(), "Mrs Hall");
  assert.equal(await focus(), "Answer Mr Okoro");
  // He hangs up: the focus goes to whoever is in his place, and not to the top of the page.
  await stage.hangUp(OKORO);
  await waiting(page).getByText("Mr Okoro").waitFor({ state: "detached" });
  assert.equal(await focus(), "Answer Mrs Hall");

  await page.evaluate(() => document.getElementById("main").focus());
  await tabTo(/^Ready$/);
  await page.keyboard.press("Enter");
  await tabTo(/^Answer$/);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Hold" }).waitFor();
  await page.evaluate(() => document.getElementById("main").focus());
  await tabTo(/^Hold$/);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Resume" }).waitFor();
  assert.equal(await focus(), "Resume");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Hold" }).waitFor();
  await tabTo(/^Transfer$/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await focus(), "Transfer");
  await page.evaluate(() => document.getElementById("main").focus());
  await tabTo(/^Hang up$/);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Done, ready for the next call" }).waitFor();
});

scene("a caller's name is text, whatever is in it", async ({ stage, ready }) => {
  const ann = await ready("ann");
  ann.on("dialog", () => ann.wrong.push("a script ran"));
  await stage.ring(HOSTILE);
  await waiting(ann).getByText(HOSTILE.name).waitFor();
  await region(ann, "Ann").getByRole("heading", { name: HOSTILE.name }).waitFor();
  await picture(ann, "hostile-name");
  await view(ann, "Wallboard");
  assert.equal(await ann.locator("main script").count(), 0);
});

scene("an unsaved note stays with its call", async ({ stage, ready }) => {
  const ann = await ready("ann");
  await stage.ring(HALL);
  await press(ann, "Answer");
  const notes = ann.getByLabel("Notes");
  await notes.fill("Half a sen");
  await stage.ring(OKORO);
  await waiting(ann).getByText("Mr Okoro").waitFor();
  assert.equal(await notes.inputValue(), "Half a sen");
  await notes.fill("By keyboard.");
  await notes.press("Control+Enter");
  await region(ann, "Ann").locator(".notes").getByText("By keyboard.").waitFor();
});

scene("a call sounds while it is offered, unless the sound is off", async ({ stage, open }) => {
  const ann = await open();
  await ann.addInitScript(() => {
    globalThis.notes = 0;
    const create = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
      globalThis.notes += 1;
      return create.call(this);
    };
  });
  await signIn(ann, stage.url, "ann", stage.accounts.ann.password);
  await press(ann, "Ready");
  await stage.ring(HALL);
  await ann.waitForFunction(() => globalThis.notes > 0);
  await pressed(ann, "Sound for calls").click();
  await ann.reload();
  await ann.getByRole("button", { name: "Sound for calls", pressed: false }).waitFor();
  await press(ann, "Answer");
  await ann.getByRole("button", { name: "Hold" }).waitFor();
  assert.equal(await ann.evaluate(() => globalThis.notes), 0);
});

for (const theme of ["light", "dark"]) {
  for (const size of ["desktop", "phone"]) {
    scene(`every view is accessible and fits: ${theme}, ${size}`, async ({ stage, open }) => {
      const ann = await open({ theme, size });
      const check = async (name) => {
        await picture(ann, `${name}-${theme}-${size}`);
        await accessible(ann, name);
        await fitsThumbs(ann, name);
      };
      await ann.goto(`${stage.url}/console`);
      await check("sign-in");
      await signIn(ann, stage.url, "ann", stage.accounts.ann.password);
      await press(ann, "Ready");
      await pressed(ann, "Ready").waitFor();
      await check("calls-quiet");
      await stage.ring(HALL);
      await stage.ring(OKORO);
      await stage.ring(HOSTILE);
      await region(ann, "Ann").getByRole("article").locator(".facts").waitFor();
      await check("calls-offered");
      await press(ann, "Answer");
      await ann.getByRole("button", { name: "Hold" }).waitFor();
      await check("calls-talking");
      await press(ann, "Transfer");
      await check("transfer");
      await ann.keyboard.press("Escape");
      await view(ann, "Wallboard");
      await check("wallboard");
      await press(ann, "Close the line…");
      await check("override");
      await ann.keyboard.press("Escape");
      await view(ann, "Customers");
      await check("customers");
    });

    // Only the stand-in has something in every part at once.
    if (REAL) continue;
    scene(`a busy morning is accessible and fits: ${theme}, ${size}`, async ({ open }) => {
      const { url, server } = await startFake(0, true);
      try {
        const page = await open({ theme, size });
        await signIn(page, url, "ann", ACCOUNTS.ann.password);
        for (const name of ["Calls", "Wallboard", "Customers"]) {
          await view(page, name);
          await picture(page, `busy-${name.toLowerCase()}-${theme}-${size}`);
          await accessible(page, name);
          await fitsThumbs(page, name);
        }
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  }
}
