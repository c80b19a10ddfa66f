// The card of the token: what it is now, and what the client can do with it.

import { chosen, latchkey } from "./choices.js";
import { byId } from "./dom.js";
import { LatchkeyError } from "./latchkey.js";
import { showToken, tick } from "./token.js";
import { openNewest } from "./wire.js";

let element;

/** Shows the token of whoever is logged in to this element. */
export function wireToken(ofElement) {
  element = ofElement;
  act("who", async () => {
    const { name, email, id } = await latchkey.me();
    openNewest();
    return `You are ${name ?? email ?? id}.`;
  });
  act("renew", async () => {
    await latchkey.renew();
    await latchkey.sessions();
    return "The token was renewed.";
  });
  act("list", async () => {
    await latchkey.sessions();
    openNewest();
    return "The sessions were listed again.";
  });
  setInterval(() => tick(byId("token")), 1000);
}

/** Shows the token that there is now. */
export function showTokenNow() {
  const signedIn = Boolean(element.user);
  showToken(byId("token"), { token: latchkey.token, transport: chosen.transport, signedIn });
  byId("token-actions").hidden = !signedIn;
  byId("renew").hidden = !chosen.refresh;
  if (!signedIn) byId("token-alert").textContent = "";
}

/** Has a button do `work`, which returns what to tell a screen reader. The element itself follows a token that has ended. */
function act(name, work) {
  const button = byId(name);
  button.addEventListener("click", async () => {
    // A disabled button would lose the focus.
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    byId("status").textContent = byId("token-alert").textContent = "";
    try {
      byId("status").textContent = await work();
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      if (error.status !== 401) byId("token-alert").textContent = error.message;
    } finally {
      button.ariaDisabled = "false";
    }
  });
}
