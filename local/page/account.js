// What somebody changes of their own account: that its address is proved, the password, the address, and that there is one.

import { latchkey } from "./choices.js";
import { byId } from "./dom.js";
import { end } from "./entry.js";
import { clear, showNotice } from "./form.js";
import { act, alsoShow, say, show, showChanged, wireOwnForm } from "./view.js";
import { askWhoIsLoggedIn, visit } from "./visit.js";

/** The address that a code went to, if it was asked for on this page. */
let newEmail = null;

export function wireAccount() {
  alsoShow(showAccount);
  wireVerification();
  wireOwnForm(byId("password"), async ({ password, newPassword }) => {
    await latchkey.changePassword({ password: password || undefined, newPassword });
    finish("password");
    byId("login-email").value = visit.user?.email ?? "";
    await showChanged("The password is changed.", "changes-title");
  });
  wireAddress();
  wireOwnForm(byId("deletion"), async ({ password }) => {
    await latchkey.deleteAccount({ password: password || undefined });
    finish("deletion");
    end("The account is deleted.", "signup");
  });
}

function wireVerification() {
  wireOwnForm(byId("verify"), async ({ code }) => {
    await latchkey.verifyEmail({ code });
    byId("verify").reset();
    if (!(await askWhoIsLoggedIn())) return;
    show({ focus: true });
    say("Your email address is confirmed.");
  });
  act(byId("verify-send"), "verify", async () => {
    clear(byId("verify"));
    await latchkey.sendVerification();
    showNotice(byId("verify"), "A mail with a code is on its way.", { isNeutral: true });
  });
}

function wireAddress() {
  wireOwnForm(byId("address"), async ({ email, password }) => {
    await latchkey.changeEmail({ email, password: password || undefined });
    askForNewAddressCode(email);
  });
  wireOwnForm(byId("address-code"), async ({ code }) => {
    await latchkey.confirmEmail({ code });
    const email = newEmail;
    finish("address-code");
    finish("address");
    byId("login-email").value = email ?? "";
    await showChanged("The email address is changed.", "changes-title");
  });
  act(byId("address-other"), "address-code", () => {
    clear(byId("address-code"));
    showAddressForm("address");
    byId("address-email").focus();
  });
}

function askForNewAddressCode(email) {
  newEmail = email;
  byId("address-sent-to").textContent = email ?? "the new address";
  showAddressForm("address-code");
  byId("address-code-code").focus();
}

function showAddressForm(shown) {
  for (const form of ["address", "address-code"]) byId(form).hidden = form !== shown;
}

/** Takes back what was typed into a form, and closes it. */
function finish(form) {
  newEmail = null;
  byId(form).reset();
  byId(form).closest("details").open = false;
  showAddressForm("address");
}

function showAccount() {
  const { user } = visit;
  const isUnproved = Boolean(user?.email) && !user.email_verified;
  byId("verification").hidden = !isUnproved;
  byId("verify-email").textContent = user?.email ?? "";
  byId("password-username").value = user?.email ?? "";
  for (const hint of document.querySelectorAll(".without-password")) hint.hidden = !user?.identities.length;
  if (!user) for (const form of ["password", "address", "address-code", "deletion"]) finish(form);
  return isUnproved ? "Your email address is not confirmed yet." : "";
}

/** Lets somebody prove their address, with the code of a link filled in. */
export function fillInVerification({ code }) {
  if (visit.user.email_verified) {
    showNotice(byId("signed-in"), "Your email address is confirmed already.", { isNeutral: true });
    return;
  }
  byId("verify-code").value = code;
  byId("verify-code").focus();
}

/** Lets somebody change their address, with the code of a link filled in. */
export function fillInNewAddress({ code }) {
  byId("address").closest("details").open = true;
  askForNewAddressCode(newEmail);
  byId("address-code-code").value = code;
}
