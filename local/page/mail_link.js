// Links of mails: each opens the form that its code is for, filled in. Nothing is sent before the reader sends it.

import { fillInNewAddress, fillInVerification } from "./account.js";
import { latchkey } from "./choices.js";
import { fillInConfirmation } from "./confirmation.js";
import { askForLogIn } from "./entry.js";
import { fillInReset } from "./recovery.js";
import { showStep } from "./view.js";
import { visit } from "./visit.js";

/** What each kind of link fills in. */
const FORMS = { reset: fillInReset, signup: fillInConfirmation, verify: fillInVerification, change: fillInNewAddress };
/** The kinds whose codes are good only for whoever is logged in, and why they are to log in. */
const OWN = { verify: "Log in to confirm your email address.", change: "Log in to change your email address." };

/** Opens a link, or nothing for `null`. */
export function openMailLink(link) {
  if (!link) return;
  const fillIn = () => FORMS[link.kind](link);
  const why = OWN[link.kind];
  if (why && !visit.user) {
    askForLogIn({ why, label: "Log in", drop: "Not now", afterwards: fillIn });
    return;
  }
  if (why) showStep(null);
  fillIn();
}

/** Opens links that lead to this page while it is open. */
export function wireMailLinks() {
  window.addEventListener("hashchange", () => openMailLink(latchkey.takeMailLink()));
}
