// The page: two forms while nobody is logged in, and the user while somebody is.

import { byId } from "./dom.js";
import { clear, expected, hideNotice, showNotice, wireForm } from "./form.js";
import { Latchkey } from "./latchkey.js";
import { wireTabs } from "./tabs.js";
import { wireTheme } from "./theme.js";
import { showToken, tick } from "./token.js";
import { recordingFetch, wireSecrets } from "./wire.js";
import { pointInTime } from "./words.js";

const TRANSPORTS = { body: "Web Storage", cookie: "a cookie" };

let transport = localStorage.getItem("transport") === "cookie" ? "cookie" : "body";
let latchkey = client();
let user = null;
/** Counts log-ins and log-outs. What was asked before the last of them says nothing about now. */
let visits = 0;

function client() {
  return new Latchkey({ transport, fetch: recordingFetch });
}

/** Tells a screen reader what happened. */
function say(text) {
  byId("status").textContent = text;
}

/** Shows what is true now. With `focus` the focus goes to the view's title: what had it may be gone. */
function show({ focus }) {
  byId("signed-in").hidden = !user;
  byId("signed-out").hidden = Boolean(user);
  if (user) {
    byId("user-name").textContent = user.name ?? user.email;
    byId("user-email").textContent = user.email;
    byId("user-since").textContent = pointInTime(user.created_at);
    byId("user-id").textContent = user.id;
    byId("user-transport").textContent = TRANSPORTS[transport];
    hideNotice(byId("signed-in"));
  }
  showToken(byId("token"), { token: latchkey.token, transport, signedIn: Boolean(user) });
  if (focus) byId(user ? "user-name" : "signed-out-title").focus();
}

/** Asks who is logged in, and says whether the answer still counts. */
async function askWhoIsLoggedIn() {
  const visit = visits;
  const answer = await latchkey.me();
  if (visit !== visits) return false;
  user = answer;
  return true;
}

function forgetUser() {
  visits++;
  user = null;
}

/** Nobody is logged in any more, or not yet, and this is why. */
function leave({ code, message }, { focus }) {
  forgetUser();
  tabs.select("login");
  show({ focus });
  showNotice(byId("login"), code === "missing_token" ? "You are logged out. Log in again." : message);
}

/** What a button of the logged-in view does. A token that has ended ends the view too. */
function act(id, work) {
  const button = byId(id);
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
      else showNotice(byId("signed-in"), refusal.message);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

async function logOut(options, said) {
  await latchkey.logOut(options);
  forgetUser();
  tabs.select("login");
  show({ focus: true });
  say(said);
}

async function enter(said) {
  visits++;
  await askWhoIsLoggedIn();
  for (const form of [byId("signup"), byId("login")]) {
    clear(form);
    form.reset();
  }
  show({ focus: true });
  say(`${said} as ${user.name ?? user.email}.`);
}

function showSnippet() {
  const options = transport === "cookie" ? `{ baseUrl: "${location.origin}", transport: "cookie" }` : `{ baseUrl: "${location.origin}" }`;
  byId("snippet").textContent = `import { Latchkey } from "./latchkey.js";

const latchkey = new Latchkey(${options});
await latchkey.logIn({ email, password });
const user = await latchkey.me();`;
}

function chooseTransport(chosen) {
  transport = chosen;
  localStorage.setItem("transport", chosen);
  latchkey = client();
  showSnippet();
}

const tabs = wireTabs({ signup: byId("signup-tab"), login: byId("login-tab") });
wireTheme(byId("theme"));
wireSecrets(byId("secrets"));
for (const radio of document.querySelectorAll("[name=transport]")) {
  radio.checked = radio.value === transport;
  radio.addEventListener("change", () => chooseTransport(radio.value));
}
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
    await enter("Logged in");
  },
});
act("who", async () => {
  if (!(await askWhoIsLoggedIn())) return;
  show({});
  say(`You are ${user.name ?? user.email}.`);
});
act("logout", () => logOut({}, "Logged out."));
act("logout-everywhere", () => logOut({ everywhere: true }, "Logged out everywhere."));

// Another tab logs out or in: this one follows.
window.addEventListener("storage", async ({ key }) => {
  if (key !== "authToken" || transport !== "body") return;
  try {
    if (latchkey.token) await askWhoIsLoggedIn();
    else forgetUser();
    show({ focus: false });
  } catch (error) {
    leave(expected(error), { focus: false });
  }
});
setInterval(() => tick(byId("token")), 1000);

// Only the API knows whether there is a cookie, and whether a stored token is still good.
try {
  if (transport === "cookie" || latchkey.token) await askWhoIsLoggedIn();
  show({ focus: false });
} catch (error) {
  const refusal = expected(error);
  if (refusal.code === "missing_token") show({ focus: false });
  else leave(refusal, { focus: false });
}
