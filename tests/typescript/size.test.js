// What a page loads that has no build step: the client and the element in one file.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { variable } from "../javascript/variable.js";

const LIMIT = 20 * 1024;

test("the client and the element have less than 20 KiB together, minified and compressed", async () => {
  const bundle = variable("LATCHKEY_CLIENT").replace("latchkey.js", "latchkey.min.js");
  // Not by the zlib of Node: Chromium's, which is built for speed and finds less.
  const { length } = execFileSync("gzip", ["-9", "--stdout", bundle]);
  assert.ok(length < LIMIT, `${length} of ${LIMIT}`);
  const { Latchkey, LatchkeySignIn } = await import(`file://${bundle}`);
  assert.ok(Latchkey && LatchkeySignIn);
});
