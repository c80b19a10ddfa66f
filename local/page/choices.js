// How the page calls the API: the way that the reader has chosen, and what that looks like in code.

import { byId } from "./dom.js";
import { Latchkey } from "./latchkey.js";
import { recordingFetch } from "./wire.js";

/** Where the token is kept, and whether a log-in begins a session. */
export const chosen = {
  transport: localStorage.getItem("transport") === "cookie" ? "cookie" : "body",
  refresh: localStorage.getItem("refresh") === "true",
};

/** The client of the last choice. */
export let latchkey = new Latchkey({ ...chosen, fetch: recordingFetch });

let changed = () => {};
let unhear = () => {};

/** Calls `listener` whenever the tokens change, as the client's `onChange` does, whatever is chosen. */
export function onTokens(listener) {
  changed = listener;
  hear();
}

function hear() {
  unhear();
  unhear = latchkey.onChange(changed);
}

/** Lets the reader choose, and shows how an app says the same. */
export function wireChoices() {
  for (const radio of document.querySelectorAll("[name=transport]")) {
    radio.checked = radio.value === chosen.transport;
    radio.addEventListener("change", () => choose({ transport: radio.value }));
  }
  byId("refresh").checked = chosen.refresh;
  byId("refresh").addEventListener("change", ({ target }) => choose({ refresh: target.checked }));
  showSnippet();
}

function choose(choice) {
  Object.assign(chosen, choice);
  for (const [name, value] of Object.entries(choice)) localStorage.setItem(name, String(value));
  latchkey = new Latchkey({ ...chosen, fetch: recordingFetch });
  hear();
  showSnippet();
}

function showSnippet() {
  const options = [`baseUrl: "${location.origin}"`];
  if (chosen.transport === "cookie") options.push('transport: "cookie"');
  if (chosen.refresh) options.push("refresh: true");
  byId("snippet").textContent = `import { Latchkey } from "./latchkey.js";

const latchkey = new Latchkey({
  ${options.join(",\n  ")},
});
await latchkey.logIn({ email, password });
// Or: latchkey.signInWith("google"), and on the page to come back to:
await latchkey.finishSignIn();

const user = await latchkey.me();`;
}
