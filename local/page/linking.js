// Signing in with providers: what the buttons do, coming back from one, linking and unlinking.

import { latchkey } from "./choices.js";
import { byId } from "./dom.js";
import { askForLogIn, isLogInAskedFor } from "./entry.js";
import { expected, hideNotice, showNotice } from "./form.js";
import { LatchkeyError } from "./latchkey.js";
import { providerName, showLinked, showLinkQuestion, showProviders } from "./providers.js";
import { act, alsoShow, say, sayWithQuestions, show, showChanged } from "./view.js";
import { askWhoIsLoggedIn, nameOf, visit } from "./visit.js";

/** The providers that people can sign in with here. */
let providers = [];

export function wireLinking() {
  alsoShow(showLinkedNow);
  act(byId("link-yes"), "signed-in", linkWaiting);
  act(byId("link-no"), "signed-in", () => {
    latchkey.dropSignIn();
    show({ focus: true });
  });
}

/** Shows the buttons of these providers. */
export function offerProviders(offered) {
  providers = offered;
  showProviders(providers, (button, provider) => act(button, "sign-in-with", () => latchkey.signInWith(provider)));
}

/** Tells what came of a sign-in with a provider, whose error or end this is, or `null` if nobody has come back. */
export function tellReturn(returned) {
  if (returned instanceof LatchkeyError) {
    tellRefusal(returned);
  } else if (returned && visit.user) {
    sayWithQuestions(returned.linked ? `${providerName(returned.provider)} is linked.` : `Signed in as ${nameOf(visit.user)}.`);
  }
  const waiting = latchkey.signInToLink;
  if (waiting && !visit.user && !isLogInAskedFor()) askToLink(taken(waiting));
}

/** Somebody has come back from a provider, and this is why they are not signed in with it. */
function tellRefusal({ status, code, message }) {
  const provider = latchkey.signInToLink;
  if (code === "email_taken") askToLink(taken(provider));
  else if ([401, 403].includes(status) && provider) askToLink(`To link ${providerName(provider)}, log in again.`);
  else showNotice(byId(visit.user ? "linked" : "sign-in-with"), message, { isNeutral: code === "sign_in_cancelled" });
}

function taken(provider) {
  return `An account with this email address exists. Log in to it to link ${providerName(provider)}.`;
}

/** Asks for a log-in. Whoever then logs in is asked whether to link what waits. */
function askToLink(why) {
  askForLogIn({ why, label: "Log in", drop: "Do not link" });
}

function showLinkedNow() {
  const { user } = visit;
  const wireLink = (button, provider) => act(button, "linked", () => link(provider));
  const wireUnlink = (button, provider) => act(button, "linked", () => unlink(provider));
  const isListed = showLinked({ providers, identities: user?.identities ?? [] }, wireLink, wireUnlink);
  byId("linked").hidden = !isListed;
  hideNotice(byId("linked"));
  return showLinkQuestion(user && latchkey.signInToLink, user && (user.email ?? nameOf(user)));
}

/** Links a provider: at once if somebody has just come back from it. */
async function link(provider) {
  if (latchkey.signInToLink !== provider) {
    await latchkey.signInWith(provider, { link: true });
    return;
  }
  await linkWaiting();
}

/** Links the provider that somebody has come back from. */
async function linkWaiting() {
  const name = providerName(latchkey.signInToLink);
  await latchkey.linkSignIn();
  if (!(await askWhoIsLoggedIn())) return;
  show({ focus: false });
  byId("linked-title").focus();
  say(`${name} is linked.`);
}

async function unlink(provider) {
  const name = providerName(provider);
  const [work, said] = [() => latchkey.unlink(provider), `${name} is unlinked.`];
  try {
    await work();
  } catch (error) {
    if (expected(error).code !== "reauthentication_required") throw error;
    const why = `To unlink ${name}, log in again.`;
    askForLogIn({ why, label: `Log in and unlink ${name}`, drop: "Do not unlink", work, said, endsToken: true });
    return;
  }
  await showChanged(said, "linked-title");
}
