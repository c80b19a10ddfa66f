// Writes each block of JavaScript or TypeScript in these documents as a file of its own, for the compiler to check against the
// client's types. What a block takes for granted, such as a password that somebody has typed, is declared before it.
//
//   node blocks.js FOLDER DOCUMENT...

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";

const [folder, ...documents] = process.argv.slice(2);
const BLOCK = /^```(?:js|ts)\n([^]*?)^```$/gm;

/** What stands for the app around a block. */
const GIVEN = `
import { Latchkey, LatchkeyError, PROVIDER_NAMES, type Provider, type User } from "latchkey-client";
import { ENGLISH, GERMAN, type LatchkeySignIn } from "latchkey-client/sign-in";
declare global {
  var email: string, password: string, newPassword: string, code: string, api: string, baseUrl: string;
  var latchkey: Latchkey, element: LatchkeySignIn, recordingFetch: typeof fetch;
  function show(what: unknown): void;
  function render(): void;
  function showLogIn(): void;
  function showCodeForm(text: string): void;
  function fillIn(link: { kind: string; code: string }): void;
  function addButton(text: string, press: () => void): void;
}
`;

await mkdir(folder, { recursive: true });
await writeFile(`${folder}/given.ts`, GIVEN);
let count = 0;
for (const document of documents) {
  for (const [, block] of (await readFile(document, "utf8")).matchAll(BLOCK)) {
    const lines = block.replaceAll('"./latchkey.js"', '"latchkey-client"').replaceAll('"./latchkey-sign-in.js"', '"latchkey-client/sign-in"').split("\n");
    const isImport = (line) => /^import /.test(line);
    const imports = lines.filter(isImport);
    const known = ["Latchkey", "LatchkeyError", "PROVIDER_NAMES"].filter((name) => !imports.some((line) => line.includes(name)));
    if (known.length) imports.push(`import { ${known.join(", ")} } from "latchkey-client";`);
    // A page has a global \`name\` of its own.
    const text = [...imports, 'import "./given.ts";', "export async function block(name: string) {", ...lines.filter((line) => !isImport(line)), "}", ""];
    await writeFile(`${folder}/${basename(document, ".md")}-${++count}.ts`, text.join("\n"));
  }
}
if (!count) throw new Error("no document has a block");
