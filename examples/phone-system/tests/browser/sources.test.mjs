// The page's sources: they fit their types, and do nothing that the page's security policy or its readers would mind.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, "../../web");
const sources = readdirSync(web).map((name) => [name, readFileSync(join(web, name), "utf8")]);

test("the types fit", () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", here], { encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  }
});

test("text is never markup, and no style or script stands inside a page", () => {
  for (const [name, source] of sources) {
    const found = source.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|\sstyle="|<style|<script(?! type="module" src="\/console)|\son\w+="/g);
    assert.equal(found, null, name);
  }
});

test("a module is short enough to be read", () => {
  for (const [name, source] of sources.filter(([name]) => name.endsWith(".js"))) {
    assert.ok(source.split("\n").length < 400, name);
    assert.ok(source.startsWith("//"), `${name} says what it is for`);
  }
});
