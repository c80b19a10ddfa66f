// From nobody to somebody: the sign-up and log-in forms, and what a log-in was for.

import { chosen, latchkey } from "./choices.js";
import { byId } from "./dom.js";
import { clear, expected, showNotice, wireForm } from "./form.js";
import { act, alsoShow, say, sayWithQuestions, show, showStep, tabs } from "./view.js";
import { askWhoIsLoggedIn, forgetUser, nameOf, visit } from "./visit.js";

/**
 * What the next log-in is for, as its form says, and what follows by itself: `{ why, label, drop, work, said, endsToken,
 * afterwards }`. `afterwards` is called once the page shows who has logged in.
 */
let next = null;
/** Whether somebody was logged in when the page asked for the log-in. */
let wasLoggedIn = false;

/** Whether the page waits for a log-in that is for something. */
export const isLogInAskedFor = () => Boolean(next);

/** Ends the visit of somebody who has to log in before something can be done. */
export function askForLogIn(purpose) {
  next = purpose;
  wasLoggedIn = Boolean(visit.user);
  visit.step = null;
  forgetUser();
  tabs.select("login");
  show({ focus: false });
  byId("login-email").focus();
}

/** Shows the account of whoever has just logged in. */
export async function enter(said) {
  visit.number++;
  visit.step = null;
  next = null;
  if (!(await askWhoIsLoggedIn())) return;
  for (const form of document.forms) {
    clear(form);
    form.reset();
  }
  show({ focus: true });
  sayWithQuestions(`${said} as ${nameOf(visit.user)}.`);
}

export async function logOut(options, said) {
  await latchkey.logOut(options);
  end(said, "login");
}

/** Nobody is logged in any more, as they wanted it. */
export function end(said, tab) {
  forgetUser();
  next = null;
  tabs.select(tab);
  show({ focus: true });
  say(said);
}

/** Does what had to wait for a log-in. Returns what came of it in words, and the error if it failed. */
async function doNext({ work, said, endsToken }, credentials) {
  if (!work) return {};
  try {
    await work();
    if (endsToken && !chosen.refresh) await latchkey.logIn(credentials);
    return { said };
  } catch (error) {
    return { failure: expected(error) };
  }
}

function showNext() {
  byId("login-next").hidden = !next;
  byId("login-next-why").textContent = next?.why ?? "";
  byId("login-next-drop").textContent = next?.drop ?? "";
  byId("login-submit").textContent = next?.label ?? "Log in";
}

/** `refused` gets a refusal of the log-in, and may put it into other words. */
export function wireEntry({ refused }) {
  alsoShow(showNext);
  wireForm(byId("signup"), {
    say,
    send: async (fields) => {
      if (await latchkey.signUp(fields)) await enter("Signed up");
      else showStep("confirm");
    },
    refused: (error) => {
      if (error.code !== "email_taken") return error;
      byId("login-email").value = byId("signup-email").value;
      return { fields: { email: error.message } };
    },
  });
  wireForm(byId("login"), {
    say,
    send: async (fields) => {
      await latchkey.logIn(fields);
      const purpose = next ?? {};
      const { said, failure } = await doNext(purpose, fields);
      await enter(said ? `${said} Logged in` : "Logged in");
      if (failure) showNotice(byId("linked"), failure.message);
      purpose.afterwards?.();
    },
    refused,
  });
  act(byId("login-next-drop"), "login", async () => {
    latchkey.dropSignIn();
    next = null;
    if (wasLoggedIn) await askWhoIsLoggedIn();
    show({ focus: true });
  });
}
