// The words for people: each error that the API can return has a sentence in each language.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { variable } from "../javascript/variable.js";
import { newClient, refusal } from "./support/client.js";

const { GERMAN } = await import(`file://${variable("LATCHKEY_CLIENT").replace("latchkey.js", "latchkey-sign-in.js")}`);
const description = await readFile(new URL("../../openapi.yaml", import.meta.url), "utf8");

/** The values of an enumeration of openapi.yaml. */
function valuesOf(schema) {
  const [, lines] = new RegExp(`^    ${schema}:\n(?:      .*\n)*?      enum:\n((?:        - .*\n)+)`, "m").exec(description);
  return [...lines.matchAll(/- (\w+)/g)].map(([, value]) => value);
}

/** May pass by itself: the sentence for what is unknown, which asks to try again, is right. */
const PASSING = ["conflict", "internal_error", "refresh_superseded"];

test("each code of an error and of a field has a German sentence, but for those that pass by themselves", () => {
  const codes = new Set([...valuesOf("Code"), ...valuesOf("FieldCode")]);
  assert.ok(codes.size > 50, String(codes.size));
  const missing = [...codes].filter((code) => !Object.hasOwn(GERMAN.messages, code));
  assert.deepEqual(missing.sort(), PASSING);
});

test("no German sentence names a length that a deployment sets", () => {
  for (const text of Object.values(GERMAN.messages)) assert.doesNotMatch(text, /\d/);
});

test("a client that speaks German says no English sentence", async () => {
  for (const code of [...valuesOf("Code"), "something_new"]) {
    const errors = [...valuesOf("FieldCode"), "something_new"].map((code) => ({ field: `profile.${code}`, code, detail: "In English." }));
    const response = () => new Response(JSON.stringify({ code, detail: "In English.", errors }), { status: 422 });
    const { message, fields } = await refusal(newClient({ messages: GERMAN.messages, fetch: async () => response() }).logIn({}));
    for (const text of [message, ...Object.values(fields)]) assert.ok(Object.values(GERMAN.messages).includes(text), `${code}: ${text}`);
  }
});
