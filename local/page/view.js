// What the page shows, and what its buttons and forms have in common.

import { chosen, latchkey } from "./choices.js";
import { byId } from "./dom.js";
import { expected, hideNotice, showNotice, wireForm } from "./form.js";
import { wireTabs } from "./tabs.js";
import { showToken } from "./token.js";
import { askWhoIsLoggedIn, forgetUser, nameOf, visit } from "./visit.js";
import { pointInTime } from "./words.js";

const TRANSPORTS = { body: "Web Storage", cookie: "a cookie" };
/** The 401s that are about something else than the token. */
const NOT_OF_TOKEN = ["invalid_code", "invalid_credentials"];

export const tabs = wireTabs({ signup: byId("signup-tab"), login: byId("login-tab") });

/** What is shown besides, and what it asks the reader. */
const parts = [];
let asked = [];

/** Has `part` called whenever the page shows what is true now. What it returns is said to whoever logs in. */
export function alsoShow(part) {
  parts.push(part);
}

/** Tells a screen reader what happened. */
export function say(text) {
  byId("status").textContent = text;
}

/** Tells a screen reader what happened, and what the page asks since. */
export function sayWithQuestions(text) {
  say([text, ...asked].join(" "));
}

/** Shows what is true now. With `focus` the focus goes to the view's title: what had it may be gone. */
export function show({ focus }) {
  const view = visit.step ?? (visit.user ? "signed-in" : "signed-out");
  for (const place of document.querySelectorAll("[data-view]")) place.hidden = place.dataset.view !== view;
  if (visit.user) showUser(visit.user);
  asked = parts.map((part) => part()).filter(Boolean);
  showTokenNow();
  if (focus) document.querySelector(`[data-view="${view}"] h2`).focus();
}

function showUser(user) {
  byId("user-name").textContent = nameOf(user);
  byId("user-email").textContent = user.email ?? "none";
  byId("user-verified").hidden = !user.email_verified;
  byId("user-since").textContent = pointInTime(user.created_at);
  byId("user-id").textContent = user.id;
  byId("user-transport").textContent = TRANSPORTS[chosen.transport];
  hideNotice(byId("signed-in"));
}

export function showTokenNow() {
  showToken(byId("token"), { token: latchkey.token, transport: chosen.transport, signedIn: Boolean(visit.user) });
}

/** Shows what the reader does now, or `null` for what is true without that. */
export function showStep(step) {
  visit.step = step;
  show({ focus: true });
}

/** Offers to log in, and says why in the form for that. */
export function offerLogIn(why, { focus, isNeutral }) {
  visit.step = null;
  tabs.select("login");
  show({ focus });
  showNotice(byId("login"), why, { isNeutral });
}

/** Nobody is logged in any more, or not yet, and this is why. */
export function leave({ code, message }, { focus, isNeutral = false }) {
  forgetUser();
  offerLogIn(code === "missing_token" ? "You are logged out. Log in again." : message, { focus, isNeutral });
}

/** Shows the account after a change that ends every token without a session, and focuses this title. */
export async function showChanged(said, title) {
  try {
    if (!(await askWhoIsLoggedIn())) return;
  } catch (error) {
    if (expected(error).status !== 401) throw error;
    leave({ message: `${said} This ended the token too. Log in again.` }, { focus: true, isNeutral: true });
    return;
  }
  show({ focus: false });
  byId(title).focus();
  say(said);
}

/** What a button of the logged-in view does; `place` tells what goes wrong. A token that has ended ends the view too. */
export function act(button, place, work) {
  button.addEventListener("click", async () => {
    // A disabled button would lose the focus.
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const { number } = visit;
    try {
      await work();
    } catch (error) {
      const refusal = expected(error);
      if (number !== visit.number) return;
      if (refusal.status === 401) leave(refusal, { focus: true });
      else showNotice(byId(place), refusal.message);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

/** Lets a form of the logged-in view call `send` with its fields. A token that has ended ends the view too. */
export function wireOwnForm(form, send) {
  const sendOwn = async (fields) => {
    const { number } = visit;
    try {
      await send(fields);
    } catch (error) {
      const { status, code } = expected(error);
      if (number !== visit.number) return;
      if (status !== 401 || NOT_OF_TOKEN.includes(code)) throw error;
      leave(error, { focus: true });
    }
  };
  wireForm(form, { say, send: sendOwn });
}
