// The page: two forms while nobody is logged in, and the user while somebody is.

import { byId } from "./dom.js";
import { clear, expected, hideNotice, showNotice, wireForm } from "./form.js";
import { Latchkey, LatchkeyError } from "./latchkey.js";
import { providerName, showLinked, showLinkQuestion, showNext, showProviders } from "./providers.js";
import { showSessions } from "./sessions.js";
import { wireTabs } from "./tabs.js";
import { wireTheme } from "./theme.js";
import { showToken, tick } from "./token.js";
import { recordingFetch, wireSecrets } from "./wire.js";
import { pointInTime } from "./words.js";

const TRANSPORTS = { body: "Web Storage", cookie: "a cookie" };

let transport = localStorage.getItem("transport") === "cookie" ? "cookie" : "body";
let refresh = localStorage.getItem("refresh") === "true";
let unhear = () => {};
let latchkey = client();
let user = null;
/** The user's sessions, or why they are not known. */
let sessions = [];
/** Counts log-ins and log-outs. What was asked before the last of them says nothing about now. */
let visits = 0;
/** The providers that people can sign in with here. */
let providers = [];
/** What the next log-in is for, as its form says, and what follows by itself: `{ why, label, drop, isLoggedIn, work, said, endsToken }`. */
let next = null;

function client() {
  unhear();
  const made = new Latchkey({ transport, refresh, fetch: recordingFetch });
  unhear = made.onChange(({ elsewhere }) => (elsewhere ? follow() : showTokenNow()));
  return made;
}

/** Tells a screen reader what happened. */
function say(text) {
  byId("status").textContent = text;
}

/** Tells a screen reader what happened, and what the page asks since. */
function sayWithQuestion(text) {
  say([text, byId("link-question-text").textContent].join(" ").trim());
}

/** Shows what is true now. With `focus` the focus goes to the view's title: what had it may be gone. */
function show({ focus }) {
  byId("signed-in").hidden = !user;
  byId("signed-out").hidden = Boolean(user);
  if (user) {
    byId("user-name").textContent = nameOf(user);
    byId("user-email").textContent = user.email ?? "none";
    byId("user-since").textContent = pointInTime(user.created_at);
    byId("user-id").textContent = user.id;
    byId("user-transport").textContent = TRANSPORTS[transport];
    hideNotice(byId("signed-in"));
  }
  showNext(next);
  showLinkedNow();
  byId("sessions").hidden = !user;
  showSessionsNow();
  showTokenNow();
  if (focus) byId(user ? "user-name" : "signed-out-title").focus();
}

function showTokenNow() {
  showToken(byId("token"), { token: latchkey.token, transport, signedIn: Boolean(user) });
}

/** What to call somebody: a provider may give neither a name nor an address. */
function nameOf({ name, email, id }) {
  return name ?? email ?? id;
}

function showLinkedNow() {
  const wireLink = (button, provider) => act(button, "linked", () => link(provider));
  const wireUnlink = (button, provider) => act(button, "linked", () => unlink(provider));
  const isListed = showLinked({ providers, identities: user?.identities ?? [] }, wireLink, wireUnlink);
  byId("linked").hidden = !user || !isListed;
  showLinkQuestion(user && latchkey.signInToLink, user && (user.email ?? nameOf(user)));
  hideNotice(byId("linked"));
}

function showSessionsNow() {
  const known = Array.isArray(sessions);
  showSessions(known ? sessions : [], (button, { id }) => {
    act(button, "sessions", () => endSessions({ id }, "The session has ended."));
  });
  if (known) hideNotice(byId("sessions"));
  else showNotice(byId("sessions"), sessions.message);
}

/** Asks who is logged in, and says whether the answer still counts. */
async function askWhoIsLoggedIn() {
  const visit = visits;
  const answer = await latchkey.me();
  if (visit !== visits) return false;
  user = answer;
  return await askForSessions();
}

/** Asks for the sessions, and says whether the answer still counts. The user is shown without them too. */
async function askForSessions() {
  const visit = visits;
  const answer = await latchkey.sessions().catch((error) => {
    if (expected(error).status === 401) throw error;
    return error;
  });
  if (visit !== visits) return false;
  sessions = answer;
  return true;
}

async function endSessions(which, said) {
  await latchkey.endSessions(which);
  if (!(await askForSessions())) return;
  showSessionsNow();
  byId("sessions-title").focus();
  say(said);
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

/** Ends the visit of somebody who has to log in before something can be done. */
function askForLogIn(asked) {
  next = { ...asked, isLoggedIn: Boolean(user) };
  forgetUser();
  tabs.select("login");
  show({ focus: false });
  byId("login-email").focus();
}

/** Asks for a log-in. Whoever then logs in is asked whether to link what waits. */
function askToLink(why) {
  askForLogIn({ why, label: "Log in", drop: "Do not link" });
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
  try {
    if (!(await askWhoIsLoggedIn())) return;
  } catch (error) {
    if (expected(error).status !== 401) throw error;
    leave({ message: `${said} This ended the token too. Log in again.` }, { focus: true });
    return;
  }
  show({ focus: false });
  byId("linked-title").focus();
  say(said);
}

/** Does what had to wait for a log-in. Returns what came of it in words, and the error if it failed. */
async function doNext(credentials) {
  const { work, said, endsToken } = next ?? {};
  next = null;
  if (!work) return {};
  try {
    await work();
    if (endsToken && !refresh) await latchkey.logIn(credentials);
    return { said };
  } catch (error) {
    return { failure: expected(error) };
  }
}

function forgetUser() {
  visits++;
  user = null;
  sessions = [];
}

/** Nobody is logged in any more, or not yet, and this is why. */
function leave({ code, message }, { focus }) {
  forgetUser();
  tabs.select("login");
  show({ focus });
  showNotice(byId("login"), code === "missing_token" ? "You are logged out. Log in again." : message);
}

/** What a button of the logged-in view does; `place` tells what goes wrong. A token that has ended ends the view too. */
function act(button, place, work) {
  button.addEventListener("click", async () => {
    // A disabled button would lose the focus.
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const visit = visits;
    try {
      await work();
    } catch (error) {
      const refusal = expected(error);
      if (visit !== visits) return;
      if (refusal.status === 401) leave(refusal, { focus: true });
      else showNotice(byId(place), refusal.message);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

async function logOut(options, said) {
  await latchkey.logOut(options);
  forgetUser();
  next = null;
  tabs.select("login");
  show({ focus: true });
  say(said);
}

async function enter(said) {
  visits++;
  next = null;
  if (!(await askWhoIsLoggedIn())) return;
  for (const form of [byId("signup"), byId("login")]) {
    clear(form);
    form.reset();
  }
  show({ focus: true });
  sayWithQuestion(`${said} as ${nameOf(user)}.`);
}

/** Somebody has come back from a provider, and this is why they are not signed in with it. */
function tellReturn({ status, code, message }) {
  const provider = latchkey.signInToLink;
  if (code === "email_taken") askToLink(taken(provider));
  else if ([401, 403].includes(status) && provider) askToLink(`To link ${providerName(provider)}, log in again.`);
  else showNotice(byId(user ? "linked" : "sign-in-with"), message, { isNeutral: code === "sign_in_cancelled" });
}

function taken(provider) {
  return `An account with this email address exists. Log in to it to link ${providerName(provider)}.`;
}

function showSnippet() {
  const options = [`baseUrl: "${location.origin}"`];
  if (transport === "cookie") options.push('transport: "cookie"');
  if (refresh) options.push("refresh: true");
  byId("snippet").textContent = `import { Latchkey } from "./latchkey.js";

const latchkey = new Latchkey({
  ${options.join(",\n  ")},
});
await latchkey.logIn({ email, password });
// Or: latchkey.signInWith("google"), and on the page to come back to:
await latchkey.finishSignIn();

const user = await latchkey.me();`;
}

function choose(chosen) {
  ({ transport, refresh } = { transport, refresh, ...chosen });
  localStorage.setItem("transport", transport);
  localStorage.setItem("refresh", String(refresh));
  latchkey = client();
  showSnippet();
}

/** Another tab has logged in or out, or renewed the tokens: this one follows, unless it cannot ask. */
async function follow() {
  try {
    if (transport === "cookie" || latchkey.token) await askWhoIsLoggedIn();
    else forgetUser();
    show({ focus: false });
  } catch (error) {
    const refusal = expected(error);
    if (refusal.status === 401) leave(refusal, { focus: false });
  }
}

const tabs = wireTabs({ signup: byId("signup-tab"), login: byId("login-tab") });
wireTheme(byId("theme"));
wireSecrets(byId("secrets"));
for (const radio of document.querySelectorAll("[name=transport]")) {
  radio.checked = radio.value === transport;
  radio.addEventListener("change", () => choose({ transport: radio.value }));
}
byId("refresh").checked = refresh;
byId("refresh").addEventListener("change", ({ target }) => choose({ refresh: target.checked }));
showSnippet();

wireForm(byId("signup"), {
  say,
  send: async (fields) => {
    await latchkey.signUp(fields);
    await enter("Signed up");
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
    const { said, failure } = await doNext(fields);
    await enter(said ? `${said} Logged in` : "Logged in");
    if (failure) showNotice(byId("linked"), failure.message);
  },
});
act(byId("who"), "signed-in", async () => {
  if (!(await askWhoIsLoggedIn())) return;
  show({});
  say(`You are ${nameOf(user)}.`);
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

act(byId("link-yes"), "signed-in", linkWaiting);
act(byId("link-no"), "signed-in", () => {
  latchkey.dropSignIn();
  show({ focus: true });
});
act(byId("login-next-drop"), "login", async () => {
  const { isLoggedIn } = next;
  latchkey.dropSignIn();
  next = null;
  if (isLoggedIn) await askWhoIsLoggedIn();
  show({ focus: true });
});

// Which buttons to show is no part of what the reader does: it is not shown on the wire.
const listed = new Latchkey().providers().catch((error) => expected(error) && []);
const returned = await latchkey.finishSignIn().catch(expected);
providers = await listed;
showProviders(providers, (button, provider) => act(button, "sign-in-with", () => latchkey.signInWith(provider)));

// Only the API knows whether there is a cookie, and whether a stored token is still good.
try {
  if (transport === "cookie" || latchkey.token) await askWhoIsLoggedIn();
  show({ focus: false });
} catch (error) {
  const refusal = expected(error);
  if (refusal.code === "missing_token") show({ focus: false });
  else leave(refusal, { focus: false });
}
if (returned instanceof LatchkeyError) {
  tellReturn(returned);
} else if (returned && user) {
  sayWithQuestion(returned.linked ? `${providerName(returned.provider)} is linked.` : `Signed in as ${nameOf(user)}.`);
}
const waiting = latchkey.signInToLink;
if (waiting && !user && !next) askToLink(taken(waiting));
