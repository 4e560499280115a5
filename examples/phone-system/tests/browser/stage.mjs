// What the console is tried against: the program itself, where PHONE_SYSTEM names it, or the stand-in.

import { spawn } from "node:child_process";
import { ACCOUNTS, startFake } from "./fake.mjs";

/** How fast the program's clock runs, unless a scene says otherwise: ringing and talking take less of its time. */
const SPEED = 3;

/** That of everybody in the demo. */
const PASSWORD = "demo-line";

/** Whether the program itself is behind the page. */
export const REAL = Boolean(process.env.PHONE_SYSTEM);

/**
 * Starts one; `ring` and `hangUp` are callers, `accounts` who may sign in. Before the program itself, more can be made to
 * happen: whose `phone` is picked up, what somebody writes in a `text`, how late it is (`skipTo`). `lively` is a day in which
 * things happen by themselves instead.
 */
export async function startStage({ speed = SPEED, lively = false } = {}) {
  return REAL ? startProgram(process.env.PHONE_SYSTEM, speed, lively) : startStandIn();
}

async function startStandIn() {
  const { server, url } = await startFake();
  return {
    url,
    accounts: ACCOUNTS,
    ...callers(url),
    end() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The program in its demo; unless it is to be lively, nobody rings and nobody answers but whom a test makes. */
async function startProgram(path, speed, lively) {
  const control = lively ? [] : ["--control", "127.0.0.1:0"];
  const program = spawn(path, ["--listen", "127.0.0.1:0", "--speed", String(speed), ...control], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [program.stdout, program.stderr]) stream.on("data", (text) => (said += text));
  const ended = new Promise((resolve) => program.on("exit", resolve));
  const named = (what) => new RegExp(`${what} +(http://[^\\s/]+)`).exec(said)?.[1];
  for (let tries = 0; !(named("console") && (lively || named("control"))); tries += 1) {
    if (program.exitCode !== null || tries > 300) {
      program.kill("SIGKILL");
      throw new Error(`the program did not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url: named("console"),
    accounts: { ann: { password: PASSWORD }, ben: { password: PASSWORD } },
    ...callers(named("control")),
    said: () => said,
    async end() {
      program.kill("SIGTERM");
      // Open streams of events may keep it for a moment.
      const late = setTimeout(() => program.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(late);
    },
  };
}

function callers(url) {
  const post = async (what, asked) => {
    const answer = await fetch(`${url}/control/${what}`, { method: "POST", body: JSON.stringify(asked), headers: { "Content-Type": "application/json" } });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  };
  return {
    ring: (who, does) => post("call", { ...who, does }),
    hangUp: ({ from }) => post("hang-up", { from }),
    phone: (number, presses) => post("phone", { number, presses }),
    text: ({ from }, body) => post("text", { from, body }),
    skipTo: (instant) => post("skip-to", { instant }),
  };
}
