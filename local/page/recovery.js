// A forgotten password: asking for a code, and setting a new password with it.

import { latchkey } from "./choices.js";
import { byId } from "./dom.js";
import { enter } from "./entry.js";
import { clear, expected, showNotice, wireForm } from "./form.js";
import { act, offerLogIn, say, showStep } from "./view.js";

export function wireRecovery() {
  act(byId("forgotten"), "login", () => {
    byId("forgot-email").value = byId("login-email").value;
    showStep("forgot");
  });
  for (const form of ["forgot", "reset"]) act(byId(`${form}-back`), form, () => giveUp(byId(form)));
  wireForm(byId("forgot"), {
    say,
    send: async ({ email }) => {
      await latchkey.forgotPassword({ email });
      askForCode(email, "If this address has an account, a mail with a code is on its way to it.");
    },
  });
  wireForm(byId("reset"), {
    say,
    send: async ({ email, code, password }) => {
      await latchkey.resetPassword({ email, code, password });
      await logIn({ email, password });
    },
  });
}

/** Asks for the code of a mail to this address and for a new password, and says why. */
export function askForCode(email, why) {
  byId("reset-email").value = email;
  showStep("reset");
  showNotice(byId("reset"), why, { isNeutral: true });
}

/** Asks for a new password, with the code of a link filled in. */
export function fillInReset({ email, code }) {
  clear(byId("reset"));
  byId("reset-email").value = email ?? "";
  byId("reset-code").value = code;
  showStep("reset");
  byId("reset-password").focus();
}

/** The service logs nobody in by a code: whoever has set a password logs in with it. */
async function logIn(credentials) {
  const said = "The new password is set.";
  try {
    await latchkey.logIn(credentials);
  } catch (error) {
    const { message } = expected(error);
    byId("login-email").value = credentials.email;
    offerLogIn(`${said} ${message}`, { focus: true, isNeutral: true });
    return;
  }
  await enter(`${said} Logged in`);
}

function giveUp(form) {
  clear(form);
  form.reset();
  showStep(null);
}
