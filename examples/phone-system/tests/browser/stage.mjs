// What the console is tried against: the program itself, where PHONE_SYSTEM names it, or the stand-in.

import { spawn } from "node:child_process";
import { ACCOUNTS, startFake } from "./fake.mjs";

/** Whether the program itself is behind the page. */
export const REAL = Boolean(process.env.PHONE_SYSTEM);

/** Starts one; `ring` and `hangUp` are callers, `accounts` who may sign in. */
export async function startStage() {
  return REAL ? startProgram(process.env.PHONE_SYSTEM) : startStandIn();
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

function callers(url) {
  const post = async (what, asked) => {
    const answer = await fetch(`${url}/control/${what}`, { method: "POST", body: JSON.stringify(asked), headers: { "Content-Type": "application/json" } });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return { ring: (asked) => post("call", asked), hangUp: (from) => post("hang-up", { from }) };
}
