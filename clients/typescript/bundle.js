// Writes both files as one, minified: what a page loads that has no build step of its own.
//
//   node bundle.js FILE

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";

const [outfile] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));

/** Minifies the style sheets, which are strings to esbuild. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /latchkey-sign-in\.js$/ }, async ({ path }) => {
      const parts = (await readFile(path, "utf8")).split(/^(const (?:CONTROLS|FRAME) = `)([^`]*)(?=`)/m);
      const minified = parts.map(async (part, index) => (index % 3 === 2 ? (await transform(part, { loader: "css", minify: true })).code : part));
      return { contents: (await Promise.all(minified)).join("") };
    });
  },
};

await build({
  stdin: { contents: 'export * from "./latchkey.js"; export * from "./latchkey-sign-in.js";', resolveDir: here },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  plugins: [styles],
  outfile,
});
