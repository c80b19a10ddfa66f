// A sign-up that waits for the code of its mail.

import { latchkey } from "./choices.js";
import { byId } from "./dom.js";
import { enter } from "./entry.js";
import { clear, showNotice, wireForm } from "./form.js";
import { act, alsoShow, offerLogIn, say, show, showStep, tabs } from "./view.js";
import { visit } from "./visit.js";

export function wireConfirmation() {
  alsoShow(() => {
    byId("confirm-email").textContent = latchkey.signUpToConfirm?.email ?? "";
  });
  wireForm(byId("confirm"), {
    say,
    send: async ({ code }) => {
      const waiting = latchkey.signUpToConfirm;
      try {
        await latchkey.confirmSignUp({ code });
      } catch (error) {
        if (error.code !== "email_taken") throw error;
        byId("login-email").value = waiting.email;
        offerLogIn(error.message, { focus: true });
        return;
      }
      await enter("Signed up");
    },
  });
  act(byId("confirm-resend"), "confirm", async () => {
    clear(byId("confirm"));
    await latchkey.resendSignUp();
    showNotice(byId("confirm"), "The mail is on its way once more.", { isNeutral: true });
  });
  act(byId("confirm-drop"), "confirm", () => {
    latchkey.dropSignUp();
    clear(byId("confirm"));
    tabs.select("signup");
    showStep(null);
  });
}

/** Asks for the code if a sign-up of this browser waits for one. */
export function resumeSignUp() {
  if (visit.user || !latchkey.signUpToConfirm) return;
  visit.step = "confirm";
  show({ focus: false });
}

/** Asks for the code, with that of a link filled in. */
export function fillInConfirmation({ code }) {
  if (visit.user || !latchkey.signUpToConfirm) {
    const elsewhere = "This link is of a sign-up that began in another browser. Enter the code of the mail there.";
    if (visit.user) showNotice(byId("signed-in"), elsewhere, { isNeutral: true });
    else offerLogIn(elsewhere, { focus: true, isNeutral: true });
    return;
  }
  clear(byId("confirm"));
  showStep("confirm");
  byId("confirm-code").value = code;
  byId("confirm-code").focus();
}
