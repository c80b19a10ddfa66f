// What a page loads that has no build step: the client and the element in one file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { variable } from "../javascript/variable.js";

const LIMIT = 22 * 1024;

test("the client and the element have less than 22 KiB together, minified and compressed", async () => {
  const file = await readFile(new URL("latchkey.min.js", `file://${variable("LATCHKEY_CLIENT")}`));
  const { length } = gzipSync(file, { level: 9 });
  assert.ok(length < LIMIT, `${length} of ${LIMIT}`);
  const { Latchkey, LatchkeySignIn } = await import(`file://${variable("LATCHKEY_CLIENT").replace("latchkey.js", "latchkey.min.js")}`);
  assert.ok(Latchkey && LatchkeySignIn);
});
