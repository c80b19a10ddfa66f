// The options of the app: where its token is, whether a log-in begins a session, and the language of its sign-in.

import { byId } from "./dom.js";
import { keep, kept } from "./kept.js";
import { Latchkey } from "./latchkey.js";
import { recordingFetch } from "./wire.js";

/** Where the token is kept, and whether a log-in begins a session. */
export const chosen = {
  transport: kept("transport") === "cookie" ? "cookie" : "body",
  refresh: kept("refresh") === "true",
};

/** The client of the last choice. */
export let latchkey;

let listen = () => {};

/** Hands the client to `listener`, the only one, now and whenever another choice makes another client. */
export function onClient(listener) {
  listen = listener;
  make();
}

function make() {
  latchkey = new Latchkey({ ...chosen, fetch: recordingFetch });
  listen(latchkey);
}

/** Lets the reader choose. */
export function wireChoices(element) {
  // On a phone the sign-in and the mails come first.
  byId("options").open = matchMedia("(min-width: 60rem)").matches;
  for (const radio of document.querySelectorAll("[name=transport]")) {
    radio.checked = radio.value === chosen.transport;
    radio.addEventListener("change", () => choose({ transport: radio.value }));
  }
  byId("refresh").checked = chosen.refresh;
  byId("refresh").addEventListener("change", ({ target }) => choose({ refresh: target.checked }));
  const language = byId("language");
  language.value = kept("language") ?? "en";
  const applyLanguage = () => {
    keep("language", language.value);
    element.lang = language.value;
  };
  language.addEventListener("change", applyLanguage);
  element.lang = language.value;
}

function choose(choice) {
  Object.assign(chosen, choice);
  for (const [name, value] of Object.entries(choice)) keep(name, String(value));
  make();
}
