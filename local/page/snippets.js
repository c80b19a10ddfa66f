// "In your own app": what to paste for each kind of app. tests/typescript runs what stands below snippets/.

import { copyButton } from "./copy.js";
import { byId, element } from "./dom.js";
import { wireTabs } from "./tabs.js";

/** What the snippets call the API, and what it is called here. */
const STANDS_FOR = "http://localhost:3000";
const FILES = ["latchkey.js", "latchkey-sign-in.js"];

const download = (files) => `curl ${files.map((file) => `-O ${STANDS_FOR}/page/${file}`).join(" ")}`;
const serve = { text: "Serve the folder, and open http://localhost:8080/.", code: "python3 -m http.server 8080" };

/** For each kind of app its steps: what to do, and the command or the file to paste. */
const KINDS = {
  "A page": [
    { text: "Get two files without dependencies into a new folder.", code: download(FILES) },
    { text: "Save this beside them as index.html.", file: "element.html" },
    serve,
  ],
  "Own forms": [
    { text: "Get one file without dependencies into a new folder.", code: download(FILES.slice(0, 1)) },
    { text: "Save this beside it as index.html.", file: "client.html" },
    serve,
  ],
  fetch: [{ text: "Save this in a new folder as index.html. It calls the API by fetch alone.", file: "fetch.html" }, serve],
  React: [
    { text: "Make an app, and get two files without dependencies into it.", code: `npm create vite@latest my-app -- --template react --no-interactive\ncd my-app/src\n${download(FILES)}` },
    { text: "Save this as src/main.jsx.", file: "react.jsx" },
    { text: "Start it.", code: "npm install\nnpm run dev" },
  ],
  "Next.js": [
    { text: "Make an app, and get two files without dependencies into it.", code: `npx create-next-app@latest my-app --js --app --no-src-dir --yes\ncd my-app/app\n${download(FILES)}` },
    { text: "Save this as app/page.js.", file: "next.jsx" },
    { text: "Start it on a port that is free.", code: "npm run dev -- --port 8080" },
  ],
};

/** Shows the kinds of apps as tabs, and the steps of the one that is chosen. */
export function wireSnippets() {
  const list = document.querySelector("[role=tablist]");
  const panel = byId("snippet-panel");
  const tabs = Object.keys(KINDS).map((kind, index) => {
    const tab = element("button", "", kind);
    Object.assign(tab, { type: "button", id: `kind-${index}` });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    return tab;
  });
  list.append(...tabs);
  wireTabs(tabs, async (tab) => {
    panel.setAttribute("aria-labelledby", tab.id);
    const steps = await Promise.all(KINDS[tab.textContent].map(drawn));
    // Another tab may have been chosen meanwhile.
    if (tab.ariaSelected === "true") byId("snippet-steps").replaceChildren(...steps);
  });
}

async function drawn({ text, code, file }) {
  const said = (code ?? (await textOf(file))).replaceAll(STANDS_FOR, location.origin).trimEnd();
  const block = element("pre", "", said);
  block.tabIndex = 0;
  return element("li", "", element("div", "heading", element("p", "", text), element("span", "", ...copyButton(file ?? "the commands", () => said))), block);
}

async function textOf(file) {
  const response = await fetch(`/page/snippets/${file}`);
  return response.ok ? await response.text() : "";
}
