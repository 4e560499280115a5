// What the console and the telephone do together: against the program alone, as the stand-in knows no telephone.

import assert from "node:assert/strict";
import { HALL, OKORO } from "./callers.mjs";
import { picture, press, region, view, waiting } from "./look.mjs";
import { sceneOnTheTelephone as scene } from "./scene.mjs";

/** A number outside. */
const OUTSIDE = "+442079460177";

/** The agent takes the call that they are offered; it is theirs when they can put it on hold. */
async function answers(page, { name }) {
  await page.locator("#mine").getByRole("heading", { name }).waitFor();
  await press(page, "Answer");
  await page.getByRole("button", { name: "Hold" }).waitFor();
}

/** The agent hands the call over to whom this label names. */
async function transfers(page, label) {
  await press(page, "Transfer");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(label).click();
  await dialog.getByRole("button", { name: "Transfer" }).click();
  await dialog.waitFor({ state: "hidden" });
}

scene("a message that was left while the line was closed is played, and marked as heard", async ({ stage, agent }) => {
  await stage.skipTo("2026-05-01T17:00:00Z");
  const ann = await agent("ann");
  await stage.ring(HALL, "leaves-message");
  const voicemail = region(ann, "Voicemail");
  await voicemail.getByText("Mrs Hall").waitFor();
  await voicemail.getByText("1 new").waitFor();
  const player = voicemail.getByLabel("Voicemail of Mrs Hall");
  await player.evaluate((audio) => {
    audio.muted = true;
    return audio.play();
  });
  await ann.waitForFunction((audio) => audio.currentTime > 0.2, await player.elementHandle());
  const seconds = await player.evaluate((audio) => audio.duration);
  assert.ok(seconds > 4 && seconds < 12, `it lasts ${seconds} s`);
  await picture(ann, "voicemail");
  await voicemail.getByRole("button", { name: "Mark as heard" }).click();
  await voicemail.getByText("heard by Ann").waitFor();
  assert.equal(await voicemail.getByText("1 new").isVisible(), false);
  assert.equal(await voicemail.getByRole("button", { name: "Mark as heard" }).isVisible(), false);
});

scene("who asks for a call is called by an agent, or by the line when it is their turn", async ({ stage, agent, ready }) => {
  const ann = await agent("ann");
  await stage.ring(OKORO, "asks-for-call");
  const list = region(ann, "To call back");
  const row = list.getByRole("listitem").filter({ hasText: "Mr Okoro" });
  await row.getByRole("button", { name: "I call them" }).click();
  await row.getByText("Ann sees to it").waitFor();
  await picture(ann, "call-back");
  await row.getByRole("button", { name: "Done" }).click();
  await row.waitFor({ state: "detached" });

  await stage.phone(HALL.from, "1");
  await stage.ring(HALL, "asks-for-call");
  await list.getByText("Mrs Hall").waitFor();
  await waiting(ann).getByText("Nobody is waiting.").waitFor();
  const ben = await ready("ben");
  await answers(ben, HALL);
  await list.getByText("Nobody has asked to be called back.").waitFor();
}, { speed: 8 });

scene("a caller is handed to a colleague in a browser, back to a line, and to a number outside", async ({ stage, ready }) => {
  const [ann, ben] = [await ready("ann"), await ready("ben")];
  await stage.ring(HALL);
  await answers(ann, HALL);
  // Ben has no number: what rings is an app of his, under the address client:ben. A key takes the caller.
  await stage.phone("client:ben", "5");
  await transfers(ann, /^Ben/);
  await ben.locator("#mine").getByRole("heading", { name: "Mrs Hall" }).waitFor();
  await ben.getByRole("button", { name: "Hold" }).waitFor();
  await press(ann, "Done, ready for the next call");
  await region(ann, "Ann").getByText("The next call comes to you here.").waitFor();
  await transfers(ben, "The regular line");
  await answers(ann, HALL);

  await stage.phone(OUTSIDE);
  await press(ann, "Transfer");
  const dialog = ann.getByRole("dialog");
  const number = dialog.getByRole("textbox", { name: "Number outside" });
  await number.fill("020 7946 0177");
  await dialog.getByRole("button", { name: "Transfer" }).click();
  await dialog.getByRole("alert").waitFor();
  await number.fill("+44 20 7946 0177");
  await dialog.getByRole("button", { name: "Transfer" }).click();
  await ann.getByRole("button", { name: "Done, ready for the next call" }).waitFor();
  await region(ann, "Activity").getByText(/^Ann hands Mrs Hall over to \+44 20 7946 0177$/).waitFor();
  await waiting(ann).getByText("Nobody is waiting.").waitFor();
  await picture(ann, "transferred");
});

scene("a caller who is asked how it went says so by SMS", async ({ stage, ready }) => {
  const ann = await ready("ann");
  await stage.ring(OKORO);
  await answers(ann, OKORO);
  await stage.hangUp(OKORO);
  await region(ann, "Activity").getByText("Mr Okoro is asked by SMS how it went").waitFor();
  await stage.text(OKORO, "5, thank you");
  const over = region(ann, "Calls that are over");
  await over.getByText("rated 5 of 5").waitFor();
  await picture(ann, "rating");
});

scene("every phone rings in vain, people on call are told, and a supervisor takes charge", async ({ stage, agent }) => {
  const ann = await agent("ann");
  await view(ann, "Wallboard");
  const escalations = region(ann, "Escalations");
  await stage.ring(HALL);
  await escalations.getByText("Every phone rings", { exact: true }).waitFor();
  assert.equal(await escalations.getByRole("button").count(), 0, "who rings is answered, not taken care of");
  await escalations.getByText("People on call are being told").waitFor();
  await escalations.getByText(/Dora/).first().waitFor();
  await picture(ann, "escalation");
  await escalations.getByRole("button", { name: "I take care of it: On call" }).click();
  await escalations.getByText("Ann has taken charge").waitFor();
  await escalations.getByText("Ann takes charge").waitFor();
  assert.equal(await escalations.getByRole("button", { name: /^I take care/ }).isVisible(), false);
  await picture(ann, "escalation-taken");
}, { speed: 30 });

scene("the line is opened although it is a bank holiday, for the next caller", async ({ stage, agent }) => {
  await stage.skipTo("2026-05-04T09:00:00Z");
  const ann = await agent("ann");
  await view(ann, "Wallboard");
  const hours = region(ann, "Opening hours");
  await hours.getByText(/^Closed until/).waitFor();
  await hours.getByText(/Early May bank holiday\. Not open today/).waitFor();
  await stage.ring(OKORO);
  await view(ann, "Calls");
  await region(ann, "Activity").getByText(/Mr Okoro .*is told when we open next/).waitFor();
  await view(ann, "Wallboard");
  await picture(ann, "holiday-closed");
  await press(ann, "Open the line…");
  const dialog = ann.getByRole("dialog");
  assert.equal(await dialog.getByLabel("Reason").inputValue(), "Open although it is Early May bank holiday");
  await dialog.getByRole("button", { name: "2 hours" }).click();
  await dialog.getByRole("button", { name: "Open the line" }).click();
  await hours.getByText("Open until 12:00").first().waitFor();
  await picture(ann, "holiday-open");
  await stage.ring(HALL);
  await view(ann, "Calls");
  await waiting(ann).getByText("Mrs Hall").waitFor();
});

scene("whoever looks on in the demo sees something in every part within minutes", async ({ agent }) => {
  const ann = await agent("ann");
  await region(ann, "Voicemail").getByRole("button", { name: "Mark as heard" }).first().waitFor();
  await region(ann, "To call back").getByRole("button", { name: "Done" }).first().waitFor();
  await picture(ann, "demo-closed");
  await region(ann, "Calls that are over").getByText(/with (Ben|Cat|Dev|Eva|Finn)/).first().waitFor();
  await view(ann, "Wallboard");
  await region(ann, "Escalations").getByText("Dora has taken charge").waitFor({ timeout: 60_000 });
  await picture(ann, "demo-escalation");
  await view(ann, "Calls");
  await region(ann, "Calls that are over").getByText(/rated/).first().waitFor({ timeout: 60_000 });
  await picture(ann, "demo-calls");
}, { speed: 30, lively: true });
