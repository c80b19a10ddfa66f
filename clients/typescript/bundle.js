// Writes both files as one, minified: what a page loads that has no build step of its own.
//
//   node bundle.js FILE

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";
import { minify } from "terser";
import ts from "typescript";

import { withShortNames } from "./short-names.js";

const [outfile] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));

/** What others import of the client. */
const PUBLIC = ["LOGGED_OUT", "Latchkey", "LatchkeyError", "MESSAGES", "PROVIDER_NAMES"];

/** Classes of the element that are also parts for pages to style, or are put together from two words. They keep their names. */
const KEPT = ["bad", "button", "good", "link", "notice"];
/** Other classes, and the custom properties that pages do not set, have a letter each for a name. */
const LETTERS = "etinsoralcduhmpfgbwyvkxzjqETINSORALCDUHMPFGBWYVKXZJQ";

/** Minifies the style sheets, which are strings to esbuild. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /latchkey-sign-in\.js$/ }, async ({ path }) => {
      const names = [];
      const source = (await readFile(path, "utf8")).replace(/(?<=(--|\b)lk-)[a-z]+(-[a-z]+)*/g, (name, before) => {
        if (before !== "--" && KEPT.includes(name)) return name;
        if (!names.includes(name)) names.push(name);
        return LETTERS[names.indexOf(name)];
      });
      const parts = source.split(/^(const (?:CONTROLS|FRAME) = `)([^`]*)(?=`)/m);
      const minified = parts.map((part, index) => (index % 3 === 2 ? styleSheet(part) : part));
      return { contents: (await Promise.all(minified)).join("") };
    });
  },
};

/** @param {string} source */
async function styleSheet(source) {
  const { code } = await transform(source, { loader: "css", minify: true });
  // esbuild leaves the values of custom properties as they are.
  return code.replace(/(?<=[:,]) +| +(?=})/g, "").trim();
}

/**
 * Moves texts before other constants, and those before code: gzip finds what repeats more cheaply the closer it is, and code is like code,
 * and text like text.
 *
 * @param {string} code
 */
function textsFirst(code) {
  const file = ts.createSourceFile("bundle.js", code, ts.ScriptTarget.ES2022);
  const parts = file.statements.flatMap((statement) => (ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [statement]));
  const rank = ({ initializer }) => (!initializer || ts.isClassExpression(initializer) ? 2 : ts.isStringLiteralLike(initializer) ? 0 : 1);
  const sorted = parts.sort((one, other) => rank(one) - rank(other));
  return sorted.map((part) => (ts.isVariableDeclaration(part) ? `var ${part.getText(file)};` : part.getText(file))).join("\n");
}

const bundled = await build({
  stdin: { contents: `export { ${PUBLIC.join()} } from "./latchkey.js"; export * from "./latchkey-sign-in.js";`, resolveDir: here },
  bundle: true,
  minifySyntax: true,
  format: "esm",
  target: "es2022",
  plugins: [styles],
  write: false,
});
// esbuild keeps more of the code than terser, and terser does not bundle.
const compress = { ecma: 2022, hoist_vars: true, keep_fargs: false, passes: 4, unsafe_arrows: true };
const { code } = await minify(textsFirst(bundled.outputFiles[0].text), { module: true, ecma: 2022, compress, mangle: false, format: { ascii_only: true } });
await writeFile(outfile, withShortNames(code));
