// The page: what is wired to what, and what it shows at first.

import { wireAccount } from "./account.js";
import { chosen, latchkey, onTokens, wireChoices } from "./choices.js";
import { resumeSignUp, wireConfirmation } from "./confirmation.js";
import { byId } from "./dom.js";
import { logOut, wireEntry } from "./entry.js";
import { expected, hideNotice, showNotice } from "./form.js";
import { look } from "./inbox.js";
import { Latchkey } from "./latchkey.js";
import { offerProviders, tellReturn, wireLinking } from "./linking.js";
import { openMailLink, wireMailLinks } from "./mail_link.js";
import { askForCode, wireRecovery } from "./recovery.js";
import { showSessions } from "./sessions.js";
import { wireTheme } from "./theme.js";
import { tick } from "./token.js";
import { act, alsoShow, leave, say, show, showTokenNow } from "./view.js";
import { askForSessions, askWhoIsLoggedIn, forgetUser, nameOf, visit } from "./visit.js";
import { onExchange, wireSecrets } from "./wire.js";

function showSessionsNow() {
  const { sessions } = visit;
  const known = Array.isArray(sessions);
  showSessions(known ? sessions : [], (button, { id }) => {
    act(button, "sessions", () => endSessions({ id }, "The session has ended."));
  });
  if (known) hideNotice(byId("sessions"));
  else showNotice(byId("sessions"), sessions.message);
}

async function endSessions(which, said) {
  await latchkey.endSessions(which);
  if (!(await askForSessions())) return;
  showSessionsNow();
  byId("sessions-title").focus();
  say(said);
}

/** Whether there may be a token. Only the API knows whether there is a cookie. */
const mayBeLoggedIn = () => chosen.transport === "cookie" || Boolean(latchkey.token);

/** Another tab has logged in or out, or renewed the tokens: this one follows, unless it cannot ask. */
async function follow() {
  try {
    if (mayBeLoggedIn()) await askWhoIsLoggedIn();
    else forgetUser();
    // The link of a mail may have finished the sign-up in a tab of its own.
    if (visit.user && visit.step === "confirm") visit.step = null;
    show({ focus: false });
  } catch (error) {
    const refusal = expected(error);
    if (refusal.status === 401) leave(refusal, { focus: false });
  }
}

// What stands in the address is taken out at once.
const link = latchkey.takeMailLink();
const finished = latchkey.finishSignIn().catch(expected);

wireTheme(byId("theme"));
wireSecrets(byId("secrets"));
wireChoices();
wireEntry({
  refused: (error) => {
    // The service has sent the mail of a reset.
    if (error.code === "email_not_verified") askForCode(byId("login-email").value, error.message);
    return error;
  },
});
wireLinking();
wireRecovery();
wireConfirmation();
wireAccount();
alsoShow(showSessionsNow);
onTokens(({ elsewhere }) => (elsewhere ? follow() : showTokenNow()));
onExchange(look);
act(byId("who"), "signed-in", async () => {
  if (!(await askWhoIsLoggedIn())) return;
  show({});
  say(`You are ${nameOf(visit.user)}.`);
});
act(byId("logout"), "signed-in", () => logOut({}, "Logged out."));
act(byId("logout-everywhere"), "signed-in", () => logOut({ everywhere: true }, "Logged out everywhere."));
act(byId("renew"), "sessions", async () => {
  await latchkey.renew();
  if (!(await askForSessions())) return;
  showSessionsNow();
  say("The token was renewed.");
});
act(byId("end-others"), "sessions", () => endSessions({ others: true }, "All other sessions have ended."));
setInterval(() => tick(byId("token")), 1000);

// Which buttons to show is no part of what the reader does: it is not shown on the wire.
const listed = new Latchkey().providers().catch((error) => expected(error) && []);
const returned = await finished;
offerProviders(await listed);
try {
  if (mayBeLoggedIn()) await askWhoIsLoggedIn();
  show({ focus: false });
} catch (error) {
  const refusal = expected(error);
  if (refusal.code === "missing_token") show({ focus: false });
  else leave(refusal, { focus: false });
}
if (!returned && !latchkey.signInToLink) resumeSignUp();
tellReturn(returned);
openMailLink(link);
wireMailLinks();
look();
