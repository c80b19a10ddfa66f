// <latchkey-sign-in>: sign up, log in, reset a password, prove an address and look after an account, in any page. One file beside
// latchkey.js, no dependencies, no build step.
//
//   <script type="module" src="latchkey-sign-in.js"></script>
//   <latchkey-sign-in base-url="https://api.example.com"></latchkey-sign-in>
//
// The forms are children of the element, in the page's own tree, since several password managers look nowhere else. The frame around
// them is in an open shadow root.

import { Latchkey, MESSAGES, PROVIDER_NAMES } from "./latchkey.js";

/** @typedef {import("./latchkey.js").User} User */
/** @typedef {import("./latchkey.js").Provider} Provider */
/** @typedef {import("./latchkey.js").Session} Session */
/** @typedef {import("./latchkey.js").Messages} Messages */
/** @typedef {import("./latchkey.js").LatchkeyError} LatchkeyError */
/**
 * What the element shows. `account` is there for whoever is logged in, `confirm` while a sign-up waits for its code, and `outage`
 * if nobody knows who is logged in.
 *
 * @typedef {"loading" | "outage" | "sign-in" | "sign-up" | "confirm" | "forgot" | "reset" | "account"} View
 */
/**
 * What the element says. `{email}` and the like stand for what differs. `messages` has the sentences of errors by their code.
 *
 * @typedef {Record<keyof typeof ENGLISH_WORDS, string> & { messages: Messages }} Words
 */
/**
 * The event `latchkey-signed-in`: somebody is logged in. `how` says by what: `already` that they were when the page was loaded, and
 * `elsewhere` that it was in another tab or by the app. `from` is the page that a sign-in with a provider began on. After `preventDefault()` the element stays busy while the app
 * goes elsewhere, and does not show the account.
 *
 * @typedef {CustomEvent<{ user: User, how: "password" | "sign-up" | "provider" | "already" | "elsewhere", from?: string }>} SignedInEvent
 */
/**
 * The event `latchkey-signed-out`: nobody is logged in any more. `deleted` says that the account is gone too.
 *
 * @typedef {CustomEvent<{ deleted: boolean }>} SignedOutEvent
 */
/**
 * The event `latchkey-user-changed`: the user as they are now.
 *
 * @typedef {CustomEvent<{ user: User }>} UserChangedEvent
 */
/**
 * The event `latchkey-view-changed`: what the element shows now.
 *
 * @typedef {CustomEvent<{ view: View }>} ViewChangedEvent
 */
/**
 * The event `latchkey-error`: why something failed. The element has told the person.
 *
 * @typedef {CustomEvent<{ error: LatchkeyError }>} ErrorEvent
 */

const ENGLISH_WORDS = {
  logIn: "Log in",
  signUp: "Sign up",
  signUpTitle: "Create your account",
  noAccount: "No account yet?",
  hasAccount: "Already have an account?",
  or: "or",
  continueWith: "Continue with {provider}",
  singleSignOn: "single sign-on",
  email: "Email address",
  name: "Name",
  password: "Password",
  newPassword: "New password",
  currentPassword: "Current password",
  passwordHint: "A few words that do not belong together are hard to guess.",
  wrongPassword: "This is not your password.",
  noPasswordHint: "Leave this empty if your account has no password.",
  showPassword: "Show password",
  invite: "Invitation code",
  stay: "Stay logged in",
  forgot: "Forgot password?",
  forgotTitle: "Reset your password",
  forgotText: "We will send you a code to choose a new password.",
  sendCode: "Send code",
  resetTitle: "Choose a new password",
  resetSent: "If {email} has an account, a code is on its way.",
  resetHint: "This logs you out everywhere, and unlinks other ways to log in.",
  resetSubmit: "Save and log in",
  passwordReset: "Your new password is saved.",
  code: "Code from the email",
  confirmTitle: "Check your email",
  codeSent: "We sent a code to {email}.",
  confirmSubmit: "Create account",
  resend: "Send the code again",
  resent: "The email is on its way again.",
  startOver: "Start over",
  back: "Back to log-in",
  loggedInAs: "Logged in as {name}.",
  loggedOut: "You are logged out.",
  logInAgain: "Log in again.",
  logInToLink: "Log in to link {provider} to your account.",
  linkQuestion: "Link {provider} to {account}? Whoever logs in with it is then in this account.",
  link: "Link",
  doNotLink: "Do not link",
  unlink: "Unlink",
  linked: "{provider} is linked.",
  unlinked: "{provider} is unlinked.",
  verifyTitle: "Confirm your email address",
  confirm: "Confirm",
  confirmed: "Confirmed",
  unconfirmed: "Not confirmed",
  nowConfirmed: "Your email address is confirmed.",
  none: "none",
  save: "Save",
  nameSaved: "Your name is saved.",
  passwordChange: "Change password",
  passwordSaved: "Your password is changed.",
  newEmail: "New email address",
  emailSaved: "Your email address is changed.",
  waysIn: "Other ways to log in",
  isLinked: "Linked",
  devices: "Devices",
  thisDevice: "This device",
  unknownDevice: "Unknown device",
  lastUsed: "Last used {time}",
  logOutOthers: "Log out all other devices",
  deviceLoggedOut: "That device is logged out.",
  othersLoggedOut: "All other devices are logged out.",
  noDevices: "No device stays logged in at the moment.",
  logOut: "Log out",
  logOutEverywhere: "Log out everywhere",
  deletion: "Delete account",
  deletionText: "Everything stored about you here is deleted. Nobody can undo this.",
  deletionSubmit: "Delete my account",
  deleted: "Your account is deleted.",
  loading: "Loading…",
  outage: "This does not work right now",
  retry: "Try again",
  wait: "Too many attempts. Try again in {time}.",
  waited: "You can try again now.",
};

/**
 * The words in English.
 *
 * @type {Readonly<Words>}
 */
export const ENGLISH = Object.freeze({ ...ENGLISH_WORDS, messages: {} });

/**
 * The words in German. `messages` also suits the option `messages` of `Latchkey`.
 *
 * @type {Readonly<Words>}
 */
export const GERMAN = Object.freeze({
  logIn: "Anmelden",
  signUp: "Registrieren",
  signUpTitle: "Konto erstellen",
  noAccount: "Noch kein Konto?",
  hasAccount: "Schon ein Konto?",
  or: "oder",
  continueWith: "Weiter mit {provider}",
  singleSignOn: "Single Sign-on",
  email: "E-Mail-Adresse",
  name: "Name",
  password: "Passwort",
  newPassword: "Neues Passwort",
  currentPassword: "Bisheriges Passwort",
  passwordHint: "Ein paar Wörter, die nicht zusammengehören, sind schwer zu erraten.",
  wrongPassword: "Das ist nicht Ihr Passwort.",
  noPasswordHint: "Leer lassen, wenn Ihr Konto kein Passwort hat.",
  showPassword: "Passwort anzeigen",
  invite: "Einladungscode",
  stay: "Angemeldet bleiben",
  forgot: "Passwort vergessen?",
  forgotTitle: "Passwort zurücksetzen",
  forgotText: "Wir schicken Ihnen einen Code, mit dem Sie ein neues Passwort wählen.",
  sendCode: "Code senden",
  resetTitle: "Neues Passwort wählen",
  resetSent: "Wenn es zu {email} ein Konto gibt, ist ein Code unterwegs.",
  resetHint: "Das meldet Sie überall ab und trennt andere Anmeldewege.",
  resetSubmit: "Speichern und anmelden",
  passwordReset: "Ihr neues Passwort ist gespeichert.",
  code: "Code aus der E-Mail",
  confirmTitle: "Sehen Sie in Ihr Postfach",
  codeSent: "Wir haben einen Code an {email} geschickt.",
  confirmSubmit: "Konto erstellen",
  resend: "Code noch einmal senden",
  resent: "Die E-Mail ist noch einmal unterwegs.",
  startOver: "Von vorn beginnen",
  back: "Zurück zur Anmeldung",
  loggedInAs: "Angemeldet als {name}.",
  loggedOut: "Sie sind abgemeldet.",
  logInAgain: "Melden Sie sich wieder an.",
  logInToLink: "Melden Sie sich an, um {provider} mit Ihrem Konto zu verknüpfen.",
  linkQuestion: "{provider} mit {account} verknüpfen? Wer sich damit anmeldet, ist danach in diesem Konto.",
  link: "Verknüpfen",
  doNotLink: "Nicht verknüpfen",
  unlink: "Trennen",
  linked: "{provider} ist verknüpft.",
  unlinked: "{provider} ist nicht mehr verknüpft.",
  verifyTitle: "E-Mail-Adresse bestätigen",
  confirm: "Bestätigen",
  confirmed: "Bestätigt",
  unconfirmed: "Nicht bestätigt",
  nowConfirmed: "Ihre E-Mail-Adresse ist bestätigt.",
  none: "keine Angabe",
  save: "Speichern",
  nameSaved: "Ihr Name ist gespeichert.",
  passwordChange: "Passwort ändern",
  passwordSaved: "Ihr Passwort ist geändert.",
  newEmail: "Neue E-Mail-Adresse",
  emailSaved: "Ihre E-Mail-Adresse ist geändert.",
  waysIn: "Weitere Anmeldewege",
  isLinked: "Verknüpft",
  devices: "Geräte",
  thisDevice: "Dieses Gerät",
  unknownDevice: "Unbekanntes Gerät",
  lastUsed: "Zuletzt benutzt: {time}",
  logOutOthers: "Alle anderen Geräte abmelden",
  deviceLoggedOut: "Das Gerät ist abgemeldet.",
  othersLoggedOut: "Alle anderen Geräte sind abgemeldet.",
  noDevices: "Zurzeit bleibt kein Gerät angemeldet.",
  logOut: "Abmelden",
  logOutEverywhere: "Überall abmelden",
  deletion: "Konto löschen",
  deletionText: "Alles, was hier über Sie gespeichert ist, wird gelöscht. Niemand kann das rückgängig machen.",
  deletionSubmit: "Mein Konto löschen",
  deleted: "Ihr Konto ist gelöscht.",
  loading: "Wird geladen …",
  outage: "Das geht gerade nicht",
  retry: "Noch einmal versuchen",
  wait: "Zu viele Versuche. Versuchen Sie es in {time} noch einmal.",
  waited: "Sie können es jetzt noch einmal versuchen.",
  messages: {
    invalid_credentials: "E-Mail-Adresse oder Passwort ist falsch.",
    too_many_attempts: "Zu viele Versuche. Versuchen Sie es in ein paar Minuten noch einmal.",
    missing_token: "Sie sind nicht angemeldet. Melden Sie sich zuerst an.",
    reauthentication_required: "Melden Sie sich zur Sicherheit noch einmal an, bevor Sie das ändern.",
    expired_token: "Sie wurden abgemeldet. Melden Sie sich wieder an.",
    invalid_token: "Sie wurden abgemeldet. Melden Sie sich wieder an.",
    invalid_refresh_token: "Sie wurden abgemeldet. Melden Sie sich wieder an.",
    email_taken: "Zu dieser E-Mail-Adresse gibt es schon ein Konto.",
    signup_closed: "Hier kann sich niemand selbst registrieren.",
    invite_required: "Zum Registrieren brauchen Sie eine Einladung.",
    invalid_invite: "Diese Einladung gilt nicht mehr. Fragen Sie nach einer neuen.",
    email_domain_not_allowed: "Mit dieser Adresse kann man hier kein Konto haben. Nehmen Sie eine andere.",
    invalid_code: "Der Code ist falsch oder abgelaufen. Nehmen Sie den aus der letzten E-Mail.",
    identity_taken: "Damit meldet sich schon ein anderes Konto an.",
    last_sign_in_method: "Das ist der einzige Weg, sich bei diesem Konto anzumelden. Verknüpfen Sie zuerst einen anderen.",
    email_not_verified: "Ihre E-Mail-Adresse ist noch nicht bestätigt. Setzen Sie mit dem Code aus unserer E-Mail Ihr Passwort neu.",
    account_disabled: "Dieses Konto ist gesperrt. Fragen Sie den Betreiber.",
    password_reset_required: "Dieses Konto ist ohne Passwort hierher umgezogen. Setzen Sie das Passwort zurück.",
    no_address: "Dieses Konto hat keine E-Mail-Adresse. Fügen Sie zuerst eine hinzu.",
    same_address: "Das ist schon Ihre E-Mail-Adresse. Geben Sie eine andere ein.",
    unknown: "Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.",
    unavailable: "Der Dienst ist gerade gestört. Versuchen Sie es in ein paar Minuten noch einmal.",
    unreachable: "Der Dienst ist nicht erreichbar. Prüfen Sie Ihre Verbindung, und versuchen Sie es gleich noch einmal.",
    sign_in_cancelled: "Sie haben die Anmeldung mit {provider} abgebrochen.",
    sign_in_expired: "Das hat zu lange gedauert oder in einem anderen Fenster begonnen. Beginnen Sie noch einmal.",
    provider_unavailable: "{provider} antwortet nicht. Versuchen Sie es gleich noch einmal.",
    storage_denied: "Dieser Browser speichert nichts für diese Seite. Erlauben Sie das, oder nehmen Sie ein Passwort.",
    sign_up_expired: "Das hat zu lange gedauert oder in einem anderen Browser begonnen. Registrieren Sie sich noch einmal.",
    required: "Bitte ausfüllen.",
    too_short: "Nehmen Sie mindestens 8 Zeichen.",
    too_long: "Das ist zu lang.",
    too_weak: "Das ist zu leicht zu erraten. Nehmen Sie ein paar Wörter, die nicht zusammengehören.",
    same_password: "Wählen Sie ein anderes Passwort als bisher.",
    invalid_email: "Geben Sie eine E-Mail-Adresse wie name@example.com ein.",
  },
});

/** The words by language. */
const LANGUAGES = { en: ENGLISH, de: GERMAN };

/**
 * The logos of providers, as each one's rules want them: Google's in its four colours, Facebook's in its blue with a white letter, those
 * of GitHub and X in the colour of the text. Each is a list of paths, with their colour.
 *
 * @type {Record<Provider, [size: number, ...paths: [d: string, fill?: string][]]>}
 */
const LOGOS = {
  google: [
    18,
    ["M17.64 9.2c0-.64-.06-1.25-.16-1.84H9v3.48h4.84a4.14 4.14 0 0 1-1.8 2.72v2.26h2.92a8.8 8.8 0 0 0 2.68-6.62z", "#4285f4"],
    ["M9 18c2.43 0 4.47-.8 5.96-2.18l-2.92-2.26A5.42 5.42 0 0 1 3.96 10.7H.96v2.34A9 9 0 0 0 9 18z", "#34a853"],
    ["M3.96 10.7a5.4 5.4 0 0 1 0-3.4V4.96H.96a9 9 0 0 0 0 8.08l3-2.34z", "#fbbc05"],
    ["M9 3.58c1.32 0 2.5.45 3.44 1.35l2.58-2.59A9 9 0 0 0 .96 4.96l3 2.33A5.36 5.36 0 0 1 9 3.58z", "#ea4335"],
  ],
  github: [
    24,
    ["M12 .3a12 12 0 0 0-3.8 23.38c.6.12.82-.26.82-.57v-2.04c-3.34.72-4.04-1.61-4.04-1.61-.55-1.39-1.34-1.76-1.34-1.76-1.09-.74.08-.73.08-.73 1.21.09 1.84 1.24 1.84 1.24 1.07 1.83 2.81 1.3 3.5 1 .1-.78.42-1.31.76-1.61-2.67-.3-5.47-1.33-5.47-5.93 0-1.31.47-2.38 1.24-3.22-.14-.3-.54-1.52.1-3.18 0 0 1.01-.32 3.3 1.23a11.5 11.5 0 0 1 6 0c2.28-1.55 3.29-1.23 3.29-1.23.64 1.66.24 2.88.12 3.18a4.65 4.65 0 0 1 1.23 3.22c0 4.61-2.81 5.63-5.48 5.92.42.36.81 1.1.81 2.22v3.29c0 .32.21.69.82.57A12 12 0 0 0 12 .3"],
  ],
  facebook: [
    24,
    ["M12 0a12 12 0 1 0 0 24 12 12 0 0 0 0-24z", "#0866ff"],
    ["M16.67 15.47 17.2 12h-3.32V9.75c0-.95.46-1.87 1.95-1.87h1.51V4.92s-1.37-.23-2.68-.23c-2.74 0-4.53 1.66-4.53 4.67V12H7.08v3.47h3.05v8.38a12.1 12.1 0 0 0 3.75 0v-8.38z", "#fff"],
  ],
  x: [24, ["M18.901 1.153h3.68l-8.04 9.19L24 22.846h-7.406l-5.8-7.584-6.638 7.584H.474l8.6-9.83L0 1.154h7.594l5.243 6.932ZM17.61 20.644h2.039L6.486 3.24H4.298Z"]],
  oidc: [24, ["M7 7a5 5 0 1 0 4.6 7H17v3h3v-3h2v-3H11.6A5 5 0 0 0 7 7zm0 3a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"]],
};
const EYE = "M12 5Q5 5 1 12q4 7 11 7t11-7q-4-7-11-7zm0 12a5 5 0 1 1 0-10 5 5 0 0 1 0 10zm0-2a3 3 0 1 0 0-6 3 3 0 0 0 0 6z";

/** What the beginning of a `User-Agent` says about the device, in the order in which one name hides another. */
const DEVICES = /Android|iPhone|iPad|Windows|Macintosh|CrOS|Linux/;

/** What stands in both trees: fields, buttons and notices. */
const CONTROLS = `
.lk-form, .lk-field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; margin: 0 }
.lk-field { gap: .375rem; min-width: 0 }
.lk-field[hidden] { display: none }
.lk-label { display: block; margin: 0; color: var(--lk-text); font-size: .875rem; font-weight: 600; line-height: 1.4 }
.lk-check { display: flex; align-items: center; gap: .625rem; margin: 0; min-height: 1.75rem; color: var(--lk-text); font-size: .9375rem }
.lk-check input { width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--lk-accent) }
.lk-input { box-sizing: border-box; width: 100%; min-height: 2.75rem; margin: 0; padding: .5rem .75rem; color: var(--lk-text); background: var(--lk-field); border: 1px solid var(--lk-edge); border-radius: var(--lk-radius); font: inherit; font-size: 1rem; text-align: start }
.lk-input[aria-invalid="true"] { border-color: var(--lk-bad); box-shadow: inset 0 0 0 1px var(--lk-bad) }
.lk-input[name="code"] { letter-spacing: .08em }
.lk-wrap { position: relative }
.lk-wrap .lk-input { padding-inline-end: 3rem }
.lk-eye { position: absolute; inset-block: 0; inset-inline-end: 0; display: grid; place-items: center; width: 2.75rem; margin: 0; padding: 0; color: var(--lk-soft); background: none; border: 0; border-radius: var(--lk-radius); cursor: pointer }
.lk-eye[aria-pressed="true"] { color: var(--lk-accent) }
.lk-eye svg { width: 1.25rem; height: 1.25rem; fill: currentColor }
.lk-hint, .lk-error { overflow-wrap: anywhere; margin: 0; color: var(--lk-soft); font-size: .875rem; line-height: 1.45 }
.lk-error { color: var(--lk-bad) }
.lk-error:empty { display: none }
.lk-notice { --lk-tone: var(--lk-edge); margin: 0; padding: .625rem .875rem; color: var(--lk-text); background: color-mix(in srgb, var(--lk-tone) 8%, var(--lk-card)); border: 1px solid color-mix(in srgb, var(--lk-tone) 30%, var(--lk-card)); border-inline-start: 3px solid var(--lk-tone); border-radius: var(--lk-radius); font-size: .9375rem; line-height: 1.45; overflow-wrap: anywhere }
.lk-notice.lk-bad { --lk-tone: var(--lk-bad) }
.lk-notice.lk-good { --lk-tone: var(--lk-good) }
.lk-notice:empty, .lk-hidden { position: absolute; width: 1px; height: 1px; margin: 0; padding: 0; border: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.lk-button { box-sizing: border-box; display: inline-flex; align-items: center; justify-content: center; gap: .625rem; min-height: 2.75rem; margin: 0; padding: .5rem 1rem; color: var(--lk-text); background: var(--lk-card); border: 1px solid var(--lk-edge); border-radius: var(--lk-radius); font: inherit; font-size: .9375rem; font-weight: 600; line-height: 1.3; text-align: center; overflow-wrap: anywhere; cursor: pointer }
.lk-button:hover { background: var(--lk-sunk) }
.lk-primary { color: var(--lk-on-accent); background: var(--lk-accent); border-color: var(--lk-accent) }
.lk-primary:hover { background: color-mix(in srgb, var(--lk-accent) 88%, var(--lk-text)) }
.lk-danger { color: var(--lk-bad); border-color: var(--lk-bad) }
.lk-small { min-height: 2.25rem; padding: .25rem .75rem; font-size: .875rem }
.lk-link { display: inline; min-height: 1.5rem; margin: 0; padding: 0; color: var(--lk-accent); background: none; border: 0; border-radius: 2px; font: inherit; font-size: .875rem; font-weight: 600; line-height: 1.4; text-align: start; text-decoration: underline; text-underline-offset: .2em; cursor: pointer }
.lk-actions { display: flex; flex-wrap: wrap; align-items: center; gap: .625rem 1rem }
.lk-button[aria-disabled="true"]::after { content: ""; flex: none; width: .875em; height: .875em; border: 2px solid; border-block-start-color: transparent; border-radius: 50% }
:is(.lk-input, .lk-button, .lk-link, .lk-eye, .lk-check input):focus-visible { outline: 2px solid var(--lk-accent); outline-offset: 2px }
.lk-eye:focus-visible { outline-offset: -4px }
@media (prefers-reduced-motion: no-preference) {
  .lk-button[aria-disabled="true"]::after { animation: lk-turn .8s linear infinite }
  @keyframes lk-turn { to { transform: rotate(1turn) } }
}
@media (forced-colors: active) {
  .lk-input[aria-invalid="true"] { outline: 2px solid Mark }
}
`;

const FRAME = `
:host {
  --lk-accent: var(--latchkey-accent, light-dark(#1f5f57, #7fd1c3));
  --lk-on-accent: var(--latchkey-on-accent, light-dark(#fff, #10201d));
  --lk-text: var(--latchkey-text, light-dark(#1e2321, #e7e9ea));
  --lk-soft: var(--latchkey-soft-text, light-dark(#5a605d, #a6adb4));
  --lk-card: var(--latchkey-background, light-dark(#fff, #1c2024));
  --lk-field: var(--latchkey-field, light-dark(#fff, #15181b));
  --lk-sunk: var(--latchkey-hover, light-dark(#f5f4f1, #262b30));
  --lk-line: var(--latchkey-line, light-dark(#dedbd3, #343b42));
  --lk-edge: var(--latchkey-border, light-dark(#85817a, #77808a));
  --lk-bad: var(--latchkey-error, light-dark(#a3262f, #ff9c9c));
  --lk-good: var(--latchkey-success, light-dark(#17633f, #86d9a8));
  --lk-radius: var(--latchkey-radius, .5rem);
  --lk-font: var(--latchkey-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
  display: block; max-width: 27rem; color: var(--lk-text); font: 1rem/1.5 var(--lk-font);
}
:host([hidden]) { display: none }
* { box-sizing: border-box }
[hidden] { display: none !important }
.card { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; padding: clamp(1.25rem, 6vw, 2rem); background: var(--lk-card); border: 1px solid var(--lk-line); border-radius: calc(var(--lk-radius) * 1.5); box-shadow: var(--latchkey-shadow, 0 4px 24px rgb(0 0 0 / .07)) }
.title { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.25; overflow-wrap: anywhere; }
.title:focus { outline: none }
.title:focus-visible { outline: 2px solid var(--lk-accent); outline-offset: 4px; border-radius: 2px }
.text { margin: 0; color: var(--lk-soft); font-size: .9375rem; overflow-wrap: anywhere }
.title + .text { margin-top: -.75rem }
.ask { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem }
.divider { display: flex; align-items: center; gap: .75rem; color: var(--lk-soft); font-size: .875rem }
.divider::before, .divider::after { content: ""; flex: 1; border-block-start: 1px solid var(--lk-line) }
.list { display: grid; grid-template-columns: minmax(0, 1fr); gap: .625rem; margin: 0; padding: 0; list-style: none }
.provider { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) 1.25rem; width: 100%; color: light-dark(#1f1f1f, #e3e3e3); background: light-dark(#fff, #131314); border-color: light-dark(#747775, #8e918f); font-weight: 500 }
.provider:hover { background: light-dark(#f4f4f5, #232324) }
.provider svg { flex: none; width: 1.25rem; height: 1.25rem; fill: currentColor }
.foot { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: center; gap: .125rem .5rem; margin: 0; padding-top: 1.125rem; border-block-start: 1px solid var(--lk-line); color: var(--lk-soft); font-size: .875rem }
.person { display: flex; align-items: center; gap: .875rem }
.person > div { min-width: 0 }
.person .title { font-size: 1.25rem }
.person .text { margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.end > .lk-button { flex: 1 1 auto }
.face { flex: none; display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border: 1px solid transparent; border-radius: 50%; color: var(--lk-on-accent); background: var(--lk-accent); font-size: 1.125rem; font-weight: 600 }
.rows { display: grid; border-block-end: 1px solid var(--lk-line) }
.row { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; border-block-start: 1px solid var(--lk-line) }
.row > .lk-notice { margin-block-end: .875rem }
summary { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; gap: 0 1rem; padding: .75rem 0; border-radius: 2px; list-style: none; cursor: pointer }
summary::-webkit-details-marker { display: none }
summary::after { content: ""; grid-area: 1 / 2 / span 2; width: .5rem; height: .5rem; margin-inline-end: .25rem; border: solid var(--lk-soft); border-width: 0 2px 2px 0; transform: translateY(-25%) rotate(45deg) }
details[open] > summary::after { transform: translateY(25%) rotate(225deg) }
summary:hover .key { text-decoration: underline; text-underline-offset: .2em }
summary:focus-visible { outline: 2px solid var(--lk-accent); outline-offset: 2px }
.key { font-size: .9375rem; font-weight: 600 }
.value { color: var(--lk-soft); font-size: .875rem; overflow-wrap: anywhere }
.deletion .key { color: var(--lk-bad) }
.inside { display: grid; gap: 1rem; padding-block: .25rem 1.25rem }
.item { display: flex; align-items: center; justify-content: space-between; gap: .5rem 1rem; overflow-wrap: anywhere }
.item > div { min-width: 0 }
.item .lk-button { flex: none }
.item p { margin: 0 }
.badge { display: inline-block; padding: .0625rem .5rem; border: 1px solid; border-radius: 1rem; color: var(--lk-soft); font-size: .75rem; font-weight: 600; line-height: 1.5; white-space: nowrap }
.badge.good { color: var(--lk-good) }
.badge.bad { color: var(--lk-bad) }
.wait { display: grid; gap: 1rem }
.wait i { display: block; height: 2.75rem; border-radius: var(--lk-radius); background: var(--lk-sunk) }
.wait i:first-child { width: 45%; height: 1.75rem }
@media (prefers-reduced-motion: no-preference) {
  .wait i { animation: pulse 1.6s ease-in-out infinite }
  @keyframes pulse { 50% { opacity: .5 } }
}
@media (forced-colors: active) {
  .face { border-color: CanvasText }
}
`;

/** @type {CSSStyleSheet[]} */
let sheets = [];

/** A server that renders a page imports this file too. */
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (class {});
let elements = 0;

/**
 * The element. Attributes say what to show and how to reach the API; a client of your own goes into the property `client`.
 *
 * | attribute | what it does |
 * |---|---|
 * | `base-url`, `transport`, `refresh` | the options of the client that the element makes. `refresh="ask"` lets the person choose to stay logged in |
 * | `view` | what is shown first to whoever is not logged in: `sign-in`, `sign-up` or `forgot` |
 * | `return-to` | the page to come back to from a provider. By default this one |
 * | `providers` | the providers to offer, such as `google github`. By default all that the deployment has |
 * | `invite` | the code of an invitation, for the sign-up |
 * | `no-sign-up`, `no-mail` | leaves out the sign-up, or all that needs a code by mail |
 * | `lang` | `en` or `de`. By default the language of the page |
 * | `heading-level` | the level of the title, from 1 to 6. By default 2 |
 *
 * Its theme, light or dark, follows the `color-scheme` that the page has where the element stands.
 *
 * @fires latchkey-signed-in
 * @fires latchkey-signed-out
 * @fires latchkey-user-changed
 * @fires latchkey-view-changed
 * @fires latchkey-error
 */
export class LatchkeySignIn extends Base {
  /** @type {Latchkey | undefined} */
  #given;
  /** @type {Latchkey | undefined} */
  #made;
  /** @type {Partial<Words>} */
  #ownWords = {};
  /** @type {User | null | undefined} */
  #user;
  /** @type {View} */
  #view = "loading";
  /** @type {Provider[]} */
  #providers = [];
  /** @type {Session[] | LatchkeyError | undefined} */
  #sessions;
  /** Which part of the account is open, and which has something to tell. */
  #open = "";
  #told = { part: "", text: "" };
  /** @type {{ text: string, kind: "bad" | "good" | "" } | undefined} */
  #notice;
  /** What was typed, for the next form that asks for it. */
  #email = "";
  #newEmail = "";
  #code = "";
  /** @type {import("./latchkey.js").MailLink | null | undefined} */
  #link;
  /** @type {LatchkeyError | undefined} */
  #failure;
  /** How much the element itself does at the moment, whose changes it does not have to follow. */
  #busy = 0;
  /** Counts clients: what an earlier one answers is not shown. */
  #run = 0;
  /** @type {AbortController | undefined} */
  #connected;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {HTMLElement[]} */
  #forms = [];
  #id = `latchkey${++elements}`;
  #card = /** @type {HTMLElement} */ (/** @type {unknown} */ (undefined));
  #status = this.#card;

  static get observedAttributes() {
    return ["base-url", "transport", "refresh", "lang"];
  }

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    if (!sheets.length) {
      sheets = [CONTROLS, FRAME].map((css) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        return sheet;
      });
    }
    root.adoptedStyleSheets = sheets;
    this.#card = el("section", { class: "card" });
    this.#status = el("p", { class: "lk-hidden", role: "status" });
    root.append(this.#card, this.#status);
  }

  /** The client that the element calls the API with: one of your own, or one that its attributes make. */
  get client() {
    this.#made ??= this.#given ?? this.#makeClient();
    return this.#made;
  }

  set client(client) {
    this.#given = client;
    this.#restart();
  }

  /** Words in place of those of the language, one by one: another language, or what your app calls things. */
  get words() {
    return this.#ownWords;
  }

  set words(words) {
    this.#ownWords = words ?? {};
    if (this.#connected) this.#render();
  }

  /** Who is logged in, `null` if nobody is, and `undefined` while that is not known. */
  get user() {
    return this.#user;
  }

  /** What the element shows. Set it to `sign-in`, `sign-up` or `forgot` to show that to whoever is not logged in. */
  get view() {
    return this.#view;
  }

  set view(view) {
    if (this.#user === undefined) this.setAttribute("view", view);
    else if (!this.#user || view === "reset" || view === "account") this.#show(view);
  }

  connectedCallback() {
    if (this.#connected) return;
    this.#connected = new AbortController();
    for (const name of /** @type {const} */ (["client", "words"])) {
      if (!Object.hasOwn(this, name)) continue;
      // It was set before this file was loaded.
      const value = this[name];
      delete this[name];
      Object.assign(this, { [name]: value });
    }
    const root = /** @type {Document | ShadowRoot} */ (this.getRootNode());
    if (!root.adoptedStyleSheets.includes(sheets[0])) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheets[0]];
    globalThis.addEventListener("hashchange", () => this.#followLink(), { signal: this.#connected.signal });
    this.#restart();
  }

  disconnectedCallback() {
    this.#connected?.abort();
    this.#connected = undefined;
    this.#run++;
    clearInterval(this.#timer);
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (!this.#connected || before === now) return;
    if (name === "lang") this.#render();
    else if (!this.#given) this.#restart();
  }

  #makeClient() {
    const transport = this.getAttribute("transport") === "cookie" ? "cookie" : "body";
    const refresh = ![null, "ask"].includes(this.getAttribute("refresh"));
    return new Latchkey({ baseUrl: this.getAttribute("base-url") ?? "", transport, refresh });
  }

  /** @returns {Words} */
  get #words() {
    const language = this.#language.slice(0, 2).toLowerCase();
    const words = LANGUAGES[/** @type {keyof typeof LANGUAGES} */ (language)] ?? ENGLISH;
    return { ...words, ...this.#ownWords, messages: { ...words.messages, ...this.#ownWords.messages } };
  }

  get #language() {
    return this.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang || navigator.language;
  }

  /** Begins anew with the client that there is now. */
  #restart() {
    if (!this.#connected) return;
    const run = ++this.#run;
    this.#made = undefined;
    this.#user = undefined;
    this.#view = "loading";
    this.#render();
    // Whoever made the element may set its properties first.
    queueMicrotask(() => run === this.#run && this.#begin(run));
  }

  /** @param {number} run */
  async #begin(run) {
    const { client } = this;
    const stop = client.onChange((change) => {
      if (run !== this.#run) return stop();
      if (change.kind !== "renewal" && (change.elsewhere || !this.#busy)) this.#follow();
    });
    this.#link = client.takeMailLink() ?? this.#link;
    this.#busy++;
    try {
      const listed = this.getAttribute("providers");
      const providers = listed === null ? client.providers() : Promise.resolve(/** @type {Provider[]} */ (listed.split(/\s+/).filter(Boolean)));
      providers.then(
        (providers) => {
          if (run !== this.#run) return;
          this.#providers = providers;
          this.#card.querySelector(".ways")?.replaceWith(this.#providerButtons());
          if (this.#view === "account") this.#render();
        },
        () => {},
      );
      const returned = await client.finishSignIn().catch((error) => error);
      const user = await client.currentUser();
      if (run !== this.#run) return;
      this.#user = user;
      this.#arrive(returned);
    } catch (error) {
      if (run !== this.#run) return;
      this.#failure = expected(error);
      this.#emit("error", { error });
      this.#show("outage");
    } finally {
      this.#busy--;
    }
  }

  /**
   * Shows what there is to show to whoever has come, maybe from a provider.
   *
   * @param {import("./latchkey.js").FinishedSignIn | LatchkeyError | null} returned
   */
  #arrive(returned) {
    const { client } = this;
    if (returned instanceof Error) {
      const error = expected(returned);
      this.#emit("error", { error });
      const isPlain = error.code === "sign_in_cancelled" || Boolean(client.signInToLink);
      this.#notice = { text: this.#say(error), kind: isPlain ? "" : "bad" };
    } else if (returned && this.#user) {
      const { provider, linked, from } = returned;
      if (linked) {
        this.#notice = { text: this.#fill("linked", { provider: this.#providerName(provider) }), kind: "good" };
        this.#emit("user-changed", { user: this.#user });
      } else {
        this.#enter(this.#user, "provider", from);
        return;
      }
    }
    if (this.#user) {
      this.#enter(this.#user, "already");
      return;
    }
    if (this.#followLink()) return;
    const wanted = /** @type {View} */ (this.getAttribute("view"));
    const first = ["sign-up", "forgot", "reset"].includes(wanted) ? wanted : "sign-in";
    const begun = client.signUpToConfirm && !returned && !client.signInToLink ? "confirm" : first;
    this.#show(begun, { keep: true });
  }

  /** Shows the form that the link of a mail is for. Says whether there was one. */
  #followLink() {
    const link = (this.#link = this.client.takeMailLink() ?? this.#link);
    if (!link || this.#user === undefined) return false;
    this.#code = link.code;
    if (link.kind === "reset") {
      this.#email = link.email ?? this.#email;
      this.#show("reset", { focus: true });
    } else if (link.kind === "signup") {
      if (this.client.signUpToConfirm && !this.#user) this.#show("confirm", { focus: true });
      else this.#show(this.#user ? "account" : "sign-in", { notice: this.#sentence("sign_up_expired") });
    } else if (this.#user) {
      if (link.kind === "change") this.#open = "email-code";
      this.#show("account", { focus: link.kind });
    } else {
      // It waits for the log-in.
      this.#show("sign-in", { notice: this.#sentence("missing_token") });
      return true;
    }
    this.#link = null;
    return true;
  }

  /** Somebody has logged in or out in another tab, or the app has done it. */
  async #follow() {
    const run = this.#run;
    const before = this.#user;
    try {
      const user = await this.client.currentUser();
      if (run !== this.#run || this.#busy) return;
      if (user?.id === before?.id && before !== undefined) {
        this.#user = user;
        return;
      }
      this.#user = user;
      if (user) this.#enter(user, "elsewhere");
      else if (before) this.#leave({ notice: this.#words.loggedOut });
      else this.#show("sign-in");
    } catch (error) {
      this.#emit("error", { error });
    }
  }

  /**
   * Somebody has logged in.
   *
   * @param {User} user
   * @param {"password" | "sign-up" | "provider" | "already" | "elsewhere"} how
   * @param {string} [from]
   */
  #enter(user, how, from) {
    this.#user = user;
    this.#email = user.email ?? "";
    this.#told = { part: "", text: "" };
    this.#sessions = undefined;
    const goesOn = this.#emit("signed-in", { user, how, ...(from && { from }) });
    if (!goesOn) return this.#show("loading");
    if (this.#followLink()) return;
    const isNew = how !== "already" && how !== "elsewhere";
    this.#show("account", { focus: isNew, keep: how === "already" });
    if (isNew) this.#announce(this.#fill("loggedInAs", { name: nameOf(user) }));
  }

  /**
   * Nobody is logged in any more.
   *
   * @param {{ notice?: string, kind?: "bad" | "good" | "", deleted?: boolean, focus?: boolean }} how
   */
  #leave({ notice, kind = "", deleted = false, focus = false }) {
    this.#user = null;
    this.#sessions = undefined;
    this.#newEmail = this.#open = "";
    this.#emit("signed-out", { deleted });
    this.#show("sign-in", { notice, kind, focus });
  }

  /**
   * @param {View} view
   * @param {{ focus?: boolean | string, notice?: string, kind?: "bad" | "good" | "", keep?: boolean }} [how] where the focus goes, what
   *   is said first, and whether what was said stays
   */
  #show(view, { focus = false, notice, kind = "", keep = false } = {}) {
    const isOther = view !== this.#view;
    this.#view = view;
    if (notice) this.#notice = { text: notice, kind };
    else if (!keep) this.#notice = undefined;
    this.#render();
    if (notice) this.#announce(notice);
    if (focus) this.#focus(typeof focus === "string" ? focus : "");
    if (isOther) this.#emit("view-changed", { view });
    if (view === "account" && !this.#sessions) this.#loadSessions();
  }

  /** @param {string} form */
  #focus(form) {
    const [place] = form ? this.#forms.filter(({ slot }) => slot === form) : this.#forms;
    const fields = [.../** @type {NodeListOf<HTMLInputElement>} */ (place?.querySelectorAll(".lk-input") ?? [])];
    const first = fields.find(({ value }) => !value) ?? fields.at(-1);
    const title = /** @type {HTMLElement | null} */ (this.#card.querySelector(".title"));
    (this.#view === "account" && !form ? title : (first ?? title))?.focus();
  }

  /** @param {string} text */
  #announce(text) {
    this.#status.textContent = text;
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    const options = { detail, bubbles: true, composed: true, cancelable: type === "signed-in" };
    return this.dispatchEvent(new CustomEvent(`latchkey-${type}`, options));
  }

  /** @param {"sign_up_expired" | "missing_token" | "reauthentication_required" | "required"} code */
  #sentence(code) {
    return this.#words.messages[code] ?? MESSAGES[code] ?? "";
  }

  /** @param {LatchkeyError} error */
  #say(error) {
    const { messages } = this.#words;
    // A language that has sentences says no English one.
    const own = messages[error.code] ?? messages.unknown;
    const provider = this.client.signInToLink ?? (/** @type {{ provider?: Provider }} */ (error).provider);
    return own ? own.replaceAll("{provider}", provider ? this.#providerName(provider) : "…") : error.message;
  }

  /**
   * @param {keyof typeof ENGLISH_WORDS} word
   * @param {Record<string, string>} values
   */
  #fill(word, values) {
    const isRtl = getComputedStyle(this).direction === "rtl";
    return this.#words[word].replace(/\{(\w+)\}/g, (_, name) => (isRtl ? `\u2068${values[name]}\u2069` : values[name]));
  }

  /** @param {Provider} provider */
  #providerName(provider) {
    return provider === "oidc" ? this.#words.singleSignOn : (PROVIDER_NAMES[provider] ?? provider);
  }

  /**
   * Does what a button is for, once at a time.
   *
   * @param {HTMLElement} button
   * @param {() => unknown} work
   * @param {(error: LatchkeyError) => void} [refused]
   */
  async #act(button, work, refused = (error) => this.#tell(error)) {
    // A disabled button would lose the focus.
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    this.#announce("");
    this.#busy++;
    try {
      await work();
    } catch (error) {
      const refusal = expected(error);
      this.#emit("error", { error: refusal });
      const isOfForm = ["invalid_code", "invalid_credentials"].includes(refusal.code);
      if (this.#user && refusal.status === 401 && !isOfForm) this.#leave({ notice: this.#say(refusal), kind: "bad", focus: true });
      else if (refusal.code === "reauthentication_required") this.#reauthenticate();
      else refused(refusal);
    } finally {
      this.#busy--;
      button.removeAttribute("aria-disabled");
    }
  }

  #reauthenticate() {
    this.#email = this.#user?.email ?? this.#email;
    this.#show("sign-in", { notice: this.#sentence("reauthentication_required"), focus: true });
  }

  /** @param {LatchkeyError} error */
  #tell(error) {
    this.#show(this.#view, { notice: this.#say(error), kind: "bad" });
    this.#card.querySelector(".lk-notice")?.scrollIntoView({ block: "nearest" });
  }

  /** Draws what is shown now. */
  #render() {
    clearInterval(this.#timer);
    for (const form of this.#forms.splice(0)) form.remove();
    const draw = {
      loading: () => this.#drawLoading(),
      outage: () => this.#drawOutage(),
      "sign-in": () => this.#drawSignIn(),
      "sign-up": () => this.#drawSignUp(),
      confirm: () => this.#drawConfirm(),
      forgot: () => this.#drawForgot(),
      reset: () => this.#drawReset(),
      account: () => this.#drawAccount(),
    };
    this.#card.ariaBusy = String(this.#view === "loading");
    this.#card.part.value = `card ${this.#view}`;
    this.#card.replaceChildren(...draw[this.#view]().filter((node) => node !== null));
  }

  /**
   * @param {string} title
   * @param {string} text
   * @param {(Node | null)[]} rest
   */
  #page(title, text, ...rest) {
    return [this.#title(title), text ? el("p", { class: "text" }, text) : null, this.#noticeNow(), ...rest];
  }

  /** @param {string} text */
  #title(text) {
    const level = Number(this.getAttribute("heading-level") ?? 2);
    return el(`h${level >= 1 && level <= 6 ? level : 2}`, { class: "title", tabindex: "-1" }, text);
  }

  #noticeNow() {
    const { text, kind } = this.#notice ?? { text: "", kind: "" };
    return text ? el("p", { class: `lk-notice${kind && ` lk-${kind}`}` }, text) : null;
  }

  /**
   * @param {string} text
   * @param {(button: HTMLElement) => unknown} work
   * @param {string} [look]
   * @param {string} [label]
   */
  #button(text, work, look = "lk-button", label) {
    const button = el("button", { type: "button", class: look, "aria-label": label }, text);
    button.addEventListener("click", () => this.#act(button, () => work(button)));
    return button;
  }

  /**
   * @param {string} text
   * @param {View} view
   */
  #goTo(text, view) {
    return this.#button(text, () => this.#show(view, { focus: true }), "lk-link");
  }

  #drawLoading() {
    const { loading } = this.#words;
    return [el("div", { class: "wait", role: "img", "aria-label": loading }, el("i"), el("i"), el("i"))];
  }

  #drawOutage() {
    const words = this.#words;
    const text = this.#failure ? this.#say(this.#failure) : "";
    return [
      this.#title(words.outage),
      el("p", { class: "text", role: "alert" }, text),
      this.#button(words.retry, () => this.#restart(), "lk-button lk-primary"),
    ];
  }

  #drawSignIn() {
    const [words, { client }] = [this.#words, this];
    const waiting = client.signInToLink;
    const forgot = this.hasAttribute("no-mail") ? null : this.#goTo(words.forgot, "forgot");
    const fields = [this.#emailField({ autocomplete: "username" }), this.#passwordField({ beside: forgot })];
    if (this.getAttribute("refresh") === "ask") fields.push(checkbox({ name: "refresh", label: words.stay }));
    const form = this.#form("sign-in", words.logIn, { fields, submit: words.logIn }, async ({ email, password, refresh }) => {
      const options = this.getAttribute("refresh") === "ask" ? { refresh: refresh === "on" } : {};
      this.#enter(await client.logIn({ email, password, ...options }), "password");
    });
    const ask =
      waiting && !this.#notice
        ? el("p", { class: "lk-notice" }, this.#fill("logInToLink", { provider: this.#providerName(waiting) }))
        : null;
    return [
      this.#title(words.logIn),
      this.#noticeNow() ?? ask,
      waiting ? this.#button(words.doNotLink, () => this.#dropSignIn(), "lk-link") : null,
      // Somebody who changes their account was asked to log in again, and may not want to.
      this.#user ? this.#goTo(this.#fill("loggedInAs", { name: nameOf(this.#user) }), "account") : null,
      form,
      this.#providerButtons(),
      this.hasAttribute("no-sign-up") ? null : this.#foot(words.noAccount, words.signUp, "sign-up"),
    ];
  }

  #dropSignIn() {
    this.client.dropSignIn();
    this.#show(this.#user ? "account" : "sign-in", { focus: true });
  }

  #drawSignUp() {
    const [words, { client }] = [this.#words, this];
    const invite = this.getAttribute("invite") ?? "";
    const fields = [
      this.#emailField({ autocomplete: "username" }),
      this.#field({ name: "name", label: words.name, autocomplete: "name", dir: "auto" }),
      this.#passwordField({ autocomplete: "new-password", hint: words.passwordHint }),
    ];
    const invitation = this.#field({ name: "invite", label: words.invite, autocomplete: "off", value: invite, dir: "ltr", optional: true });
    // It is shown to whoever has one, or is asked for one.
    invitation.hidden = !invite;
    fields.push(invitation);
    const send = async (/** @type {Record<string, string>} */ { email, name, password, invite }) => {
      const user = await client.signUp({ email, name, password, ...(invite && { invite }) });
      if (user) this.#enter(user, "sign-up");
      else this.#show("confirm", { focus: true });
    };
    return this.#page(
      words.signUpTitle,
      "",
      this.#form("sign-up", words.signUpTitle, { fields, submit: words.signUp }, send),
      this.#providerButtons(),
      this.#foot(words.hasAccount, words.logIn, "sign-in"),
    );
  }

  #drawConfirm() {
    const [words, { client }] = [this.#words, this];
    const email = client.signUpToConfirm?.email ?? this.#email;
    const form = this.#form("confirm", words.confirmTitle, { fields: [this.#codeField()], submit: words.confirmSubmit }, async ({ code }) => {
      this.#enter(await client.confirmSignUp({ code }), "sign-up");
    });
    const resend = async () => {
      await client.resendSignUp();
      this.#show("confirm", { notice: words.resent, kind: "good" });
    };
    const drop = () => {
      client.dropSignUp();
      this.#show("sign-up", { focus: true });
    };
    return this.#page(
      words.confirmTitle,
      this.#fill("codeSent", { email }),
      form,
      el("div", { class: "lk-actions" }, this.#button(words.resend, resend, "lk-link"), this.#button(words.startOver, drop, "lk-link")),
    );
  }

  #drawForgot() {
    const words = this.#words;
    const send = async (/** @type {Record<string, string>} */ { email }) => {
      await this.client.forgotPassword({ email });
      this.#code = "";
      this.#show("reset", { notice: this.#fill("resetSent", { email }), focus: true });
    };
    return this.#page(
      words.forgotTitle,
      words.forgotText,
      this.#form("forgot", words.forgotTitle, { fields: [this.#emailField({ autocomplete: "username" })], submit: words.sendCode }, send),
      this.#foot("", words.back, "sign-in"),
    );
  }

  #drawReset() {
    const [words, { client }] = [this.#words, this];
    const fields = [
      this.#emailField({ autocomplete: "username" }),
      this.#codeField(),
      this.#passwordField({ label: words.newPassword, autocomplete: "new-password", hint: words.resetHint }),
    ];
    const send = async (/** @type {Record<string, string>} */ { email, code, password }) => {
      await client.resetPassword({ email, code, password });
      this.#code = "";
      // The service logs nobody in by a code.
      const user = await client.logIn({ email, password }).catch((error) => expected(error));
      if (user instanceof Error) this.#show("sign-in", { notice: `${words.passwordReset} ${this.#say(user)}`, focus: true });
      else this.#enter(user, "password");
    };
    return this.#page(
      words.resetTitle,
      "",
      this.#form("reset", words.resetTitle, { fields, submit: words.resetSubmit }, send),
      this.#foot("", words.back, "sign-in"),
    );
  }

  /**
   * @param {string} question
   * @param {string} text
   * @param {View} view
   */
  #foot(question, text, view) {
    return el("p", { class: "foot" }, question, this.#goTo(text, view));
  }

  /** The buttons of the providers, below the form: what comes late moves nothing that somebody types in. */
  #providerButtons() {
    const [words, { client }] = [this.#words, this];
    const buttons = this.#providers.map((provider) => {
      const name = this.#providerName(provider);
      const text = this.#fill("continueWith", { provider: name });
      const leave = async () => {
        await client.signInWith(provider, { returnTo: this.getAttribute("return-to") ?? "" });
        // The browser is on its way.
        await new Promise(() => {});
      };
      const button = this.#button(text, leave, `lk-button provider ${provider}`);
      button.prepend(logo(provider));
      return el("li", {}, button);
    });
    if (!buttons.length) return el("div", { class: "ways", hidden: true });
    return el(
      "div",
      { class: "ways ask" },
      el("div", { class: "divider" }, words.or),
      el("ul", { class: "list", role: "list" }, ...buttons),
    );
  }

  #drawAccount() {
    const [words, user] = [this.#words, /** @type {User} */ (this.#user)];
    const name = nameOf(user);
    const state = user.email && !this.hasAttribute("no-mail") ? [user.email_verified ? words.confirmed : words.unconfirmed] : [];
    const badge = state.map((text) => el("span", { class: `badge ${user.email_verified ? "good" : "bad"}` }, text));
    const listed = [...new Set([...this.#providers, ...user.identities])].sort();
    return [
      el(
        "div",
        { class: "person" },
        el("span", { class: "face", "aria-hidden": "true" }, [...name][0]?.toUpperCase() ?? ""),
        el("div", {}, this.#title(name), user.email && user.email !== name ? el("p", { class: "text" }, el("bdi", {}, user.email)) : null),
      ),
      this.#noticeNow(),
      this.#linkQuestion(),
      this.#verification(user),
      el(
        "div",
        { class: "rows" },
        this.#row("name", words.name, [user.name ?? words.none], [this.#nameForm(user)]),
        this.#row("email", words.email, [el("bdi", {}, user.email ?? words.none), " ", ...badge], this.#emailForms(user)),
        this.#row("password", words.password, [], [this.#newPasswordForm(user)]),
        listed.length ? this.#row("providers", words.waysIn, [this.#linkedNames(user)], [this.#linkedList(listed, user)]) : null,
        this.#row("devices", words.devices, [], this.#deviceList()),
        this.#row("deletion", words.deletion, [], [el("p", { class: "text" }, words.deletionText), this.#deletionForm(user)]),
      ),
      el(
        "div",
        { class: "lk-actions end" },
        this.#button(words.logOut, () => this.#logOut(false)),
        this.#button(words.logOutEverywhere, () => this.#logOut(true)),
      ),
    ];
  }

  /**
   * @param {string} name
   * @param {string} key
   * @param {(Node | string)[]} value
   * @param {Node[]} inside
   */
  #row(name, key, value, inside) {
    const opened = this.#open === name || (name === "email" && this.#open === "email-code");
    const summary = el("summary", { class: "summary" }, el("span", { class: "key" }, key), el("span", { class: "value" }, ...value));
    const details = el("details", { name: this.#id, open: opened }, summary, el("div", { class: "inside" }, ...inside));
    details.addEventListener("toggle", () => {
      if (/** @type {HTMLDetailsElement} */ (details).open) this.#open = this.#open === "email-code" && name === "email" ? this.#open : name;
      else if (this.#open === name) this.#open = "";
    });
    const told = this.#told.part === name ? el("p", { class: "lk-notice lk-good" }, this.#told.text) : null;
    return el("div", { class: `row ${name}` }, details, told);
  }

  /**
   * Shows what has changed of the account. Whoever has no session may have lost the token by it, and logs in again, by these
   * credentials if they are known.
   *
   * @param {string} part
   * @param {string} text
   * @param {{ email?: string | null, password?: string }} [credentials]
   */
  async #changed(part, text, { email, password } = {}) {
    const { client } = this;
    let user = await client.currentUser();
    if (!user && email && password) user = await client.logIn({ email, password });
    if (!user) {
      this.#email = email ?? this.#email;
      this.#leave({ notice: `${text} ${this.#words.logInAgain}`, kind: "good", focus: true });
      return;
    }
    this.#user = user;
    this.#open = this.#newEmail = "";
    this.#told = { part, text };
    this.#sessions = undefined;
    this.#show("account");
    this.#announce(text);
    /** @type {HTMLElement | null} */ (this.#card.querySelector(`.${part} summary`) ?? this.#card.querySelector(".title"))?.focus();
    this.#emit("user-changed", { user });
  }

  /** @param {boolean} everywhere */
  async #logOut(everywhere) {
    try {
      await this.client.logOut({ everywhere });
    } catch (error) {
      // With tokens from bodies the person is logged out here all the same.
      if (everywhere || (await this.client.currentUser().then(Boolean, () => true))) throw error;
    }
    this.#leave({ notice: this.#words.loggedOut, focus: true });
  }

  #linkQuestion() {
    const [words, { client }, user] = [this.#words, this, /** @type {User} */ (this.#user)];
    const waiting = client.signInToLink;
    if (!waiting) return null;
    const provider = this.#providerName(waiting);
    const link = async () => {
      await client.linkSignIn();
      await this.#changed("providers", this.#fill("linked", { provider }));
    };
    return el(
      "div",
      { class: "lk-notice ask" },
      el("span", {}, this.#fill("linkQuestion", { provider, account: user.email ?? nameOf(user) })),
      el("div", { class: "lk-actions" }, this.#button(words.link, link, "lk-button lk-primary lk-small"), this.#button(words.doNotLink, () => this.#dropSignIn(), "lk-button lk-small")),
    );
  }

  /** @param {User} user */
  #verification(user) {
    const [words, { client }] = [this.#words, this];
    if (!user.email || user.email_verified || this.hasAttribute("no-mail")) return null;
    const form = this.#form("verify", undefined, { fields: [this.#codeField()], submit: words.confirm }, async ({ code }) => {
      await client.verifyEmail({ code });
      this.#code = "";
      await this.#changed("email", words.nowConfirmed);
    });
    const resend = async () => {
      await client.sendVerification();
      this.#show("account", { notice: words.resent, kind: "good" });
    };
    const title = el("b", {}, words.verifyTitle);
    const text = el("p", { class: "text" }, this.#fill("codeSent", { email: user.email }));
    return el("div", { class: "lk-notice ask verification" }, title, text, form, this.#button(words.resend, resend, "lk-link"));
  }

  /** @param {User} user */
  #nameForm(user) {
    const words = this.#words;
    const field = this.#field({ name: "name", label: words.name, autocomplete: "name", value: user.name ?? "", dir: "auto" });
    return this.#form("name", undefined, { fields: [field], submit: words.save }, async ({ name }) => {
      await this.client.updateMe({ name });
      await this.#changed("name", words.nameSaved);
    });
  }

  /** @param {User} user */
  #emailForms(user) {
    const [words, { client }] = [this.#words, this];
    if (this.#open === "email-code") {
      const form = this.#form("change", undefined, { fields: [this.#codeField()], submit: words.confirm }, async ({ code }) => {
        await client.confirmEmail({ code });
        this.#code = "";
        await this.#changed("email", words.emailSaved, { email: this.#newEmail });
      });
      const other = () => {
        this.#open = "email";
        this.#show("account", { focus: "email" });
      };
      const text = this.#newEmail && el("p", { class: "text" }, this.#fill("codeSent", { email: this.#newEmail }));
      return [text || el("span"), form, this.#button(words.startOver, other, "lk-link")];
    }
    const fields = [this.#emailField({ label: words.newEmail, autocomplete: "email", value: "" }), this.#currentPassword(user)];
    return [
      this.#form("email", undefined, { fields, submit: words.sendCode }, async ({ email, password }) => {
        await client.changeEmail({ email, ...(password && { password }) });
        [this.#newEmail, this.#open, this.#code] = [email, "email-code", ""];
        this.#show("account", { focus: "change" });
        this.#announce(this.#fill("codeSent", { email }));
      }),
    ];
  }

  /** @param {User} user */
  #newPasswordForm(user) {
    const words = this.#words;
    // A password manager must know whose password it is.
    const owner = el("input", { class: "lk-hidden", type: "email", name: "email", autocomplete: "username", value: user.email ?? "", readonly: true, tabindex: "-1", "aria-hidden": "true" });
    const fields = [owner, this.#currentPassword(user), this.#passwordField({ name: "newPassword", label: words.newPassword, autocomplete: "new-password", hint: words.passwordHint })];
    return this.#form("password", undefined, { fields, submit: words.passwordChange }, async ({ password, newPassword }) => {
      await this.client.changePassword({ newPassword, ...(password && { password }) });
      await this.#changed("password", words.passwordSaved, { email: user.email, password: newPassword });
    });
  }

  /** @param {User} user */
  #deletionForm(user) {
    const words = this.#words;
    return this.#form("deletion", undefined, { fields: [this.#currentPassword(user)], submit: words.deletionSubmit, look: "lk-danger" }, async ({ password }) => {
      await this.client.deleteAccount(password ? { password } : {});
      this.#email = "";
      this.#leave({ notice: words.deleted, kind: "good", deleted: true, focus: true });
    });
  }

  /** @param {User} user */
  #currentPassword({ identities }) {
    const words = this.#words;
    // Nobody says whether an account with another way to log in has a password too.
    const mayHaveNone = identities.length > 0;
    return this.#passwordField({ label: words.currentPassword, hint: mayHaveNone ? words.noPasswordHint : undefined, optional: mayHaveNone });
  }

  /** @param {User} user */
  #linkedNames({ identities }) {
    return new Intl.ListFormat(this.#language, { type: "conjunction" }).format(identities.map((provider) => this.#providerName(provider)));
  }

  /**
   * @param {Provider[]} listed
   * @param {User} user
   */
  #linkedList(listed, { identities }) {
    const [words, { client }] = [this.#words, this];
    const items = listed.map((provider) => {
      const [isLinked, name] = [identities.includes(provider), this.#providerName(provider)];
      const link = async () => {
        await client.signInWith(provider, { link: true, returnTo: this.getAttribute("return-to") ?? "" });
        await new Promise(() => {});
      };
      const unlink = async () => {
        await client.unlink(provider);
        await this.#changed("providers", this.#fill("unlinked", { provider: name }));
      };
      const text = isLinked ? words.unlink : words.link;
      return el(
        "li",
        { class: "item" },
        el("div", {}, el("p", { class: "key" }, name), isLinked ? el("p", { class: "value" }, words.isLinked) : null),
        this.#button(text, isLinked ? unlink : link, "lk-button lk-small", `${name}: ${text}`),
      );
    });
    return el("ul", { class: "list", role: "list" }, ...items);
  }

  async #loadSessions() {
    const run = this.#run;
    const sessions = await this.client.sessions().catch((error) => expected(error));
    if (run !== this.#run || this.#view !== "account") return;
    this.#sessions = sessions;
    this.#card.querySelector(".sessions")?.replaceWith(...this.#deviceList());
  }

  #deviceList() {
    const [words, sessions] = [this.#words, this.#sessions];
    const place = el("div", { class: "sessions ask" });
    if (sessions instanceof Error) place.append(el("p", { class: "text" }, this.#say(sessions)));
    else if (!sessions) place.append(el("p", { class: "text" }, words.loading));
    else if (!sessions.length) place.append(el("p", { class: "text" }, words.noDevices));
    else {
      place.append(el("ul", { class: "list", role: "list" }, ...sessions.map((session) => this.#device(session))));
      if (sessions.some(({ current }) => !current)) place.append(el("div", {}, this.#button(words.logOutOthers, () => this.#end({ others: true }), "lk-button lk-small")));
    }
    return [place];
  }

  /** @param {Session} session */
  #device({ id, device, current, used_at }) {
    const words = this.#words;
    const known = DEVICES.exec(device ?? "")?.[0] ?? device?.split(/[ /]/, 1)[0];
    const name = known?.replace("Macintosh", "Mac") || words.unknownDevice;
    const time = new Intl.DateTimeFormat(this.#language, { dateStyle: "medium", timeStyle: "short" }).format(used_at);
    return el(
      "li",
      { class: "item" },
      el("div", {}, el("p", { class: "key" }, name), el("p", { class: "value" }, this.#fill("lastUsed", { time }))),
      current ? el("span", { class: "badge good" }, words.thisDevice) : this.#button(words.logOut, () => this.#end({ id }), "lk-button lk-small", `${name}, ${time}: ${words.logOut}`),
    );
  }

  /** @param {{ id: string } | { others: true }} which */
  async #end(which) {
    await this.client.endSessions(which);
    await this.#changed("devices", "id" in which ? this.#words.deviceLoggedOut : this.#words.othersLoggedOut);
  }

  /**
   * A form, as a child of the element, and the slot that it is shown in.
   *
   * @param {string} name
   * @param {string | undefined} label what it is called, if it is what the page is for
   * @param {{ fields: HTMLElement[], submit: string, look?: string }} content
   * @param {(values: Record<string, string>) => Promise<void>} send
   */
  #form(name, label, { fields, submit, look = "lk-primary" }, send) {
    const button = el("button", { type: "submit", class: `lk-button ${look}` }, submit);
    const alert = el("p", { class: "lk-notice lk-bad", role: "alert" });
    const form = /** @type {HTMLFormElement} */ (el("form", { class: "lk-form", slot: name, "aria-label": label, novalidate: true }, ...fields, alert, button));
    for (const input of form.querySelectorAll("input")) {
      input.id = `${this.#id}-${name}-${input.name}`;
      const field = input.closest(".lk-field");
      const described = [...(field?.querySelectorAll(".lk-error, .lk-hint") ?? [])];
      for (const [index, text] of described.entries()) text.id = `${input.id}-${index}`;
      if (described.length) input.setAttribute("aria-describedby", described.map(({ id }) => id).join(" "));
      field?.querySelector("label")?.setAttribute("for", input.id);
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(form, button, send);
    });
    form.addEventListener("input", ({ target }) => {
      const { name, value } = /** @type {HTMLInputElement} */ (target);
      if (name === "email" && this.#view !== "account") this.#email = value;
    });
    this.append(form);
    this.#forms.push(form);
    return el("slot", { name });
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} button
   * @param {(values: Record<string, string>) => Promise<void>} send
   */
  #submit(form, button, send) {
    this.#clear(form);
    const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(".lk-input")]);
    const empty = fields.filter(({ required, value }) => required && !value.trim());
    if (empty.length) {
      this.#mark(form, Object.fromEntries(empty.map(({ name }) => [name, this.#sentence("required")])));
      return;
    }
    for (const eye of form.querySelectorAll('.lk-eye[aria-pressed="true"]')) /** @type {HTMLElement} */ (eye).click();
    const values = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
    this.#act(button, () => send(values), (error) => this.#refuse(form, error));
  }

  /** @param {HTMLFormElement} form */
  #clear(form) {
    clearInterval(this.#timer);
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const said of form.querySelectorAll(".lk-error, [role=alert]")) said.textContent = "";
  }

  /**
   * Says what is wrong with each field, and returns whether one of them is shown.
   *
   * @param {HTMLFormElement} form
   * @param {Record<string, string>} faults
   */
  #mark(form, faults) {
    const wrong = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(".lk-input")]).filter(({ name }) => faults[name]);
    for (const input of wrong) {
      const field = /** @type {HTMLElement} */ (input.closest(".lk-field"));
      field.hidden = false;
      input.setAttribute("aria-invalid", "true");
      /** @type {HTMLElement} */ (field.querySelector(".lk-error")).textContent = faults[input.name];
    }
    wrong[0]?.focus();
    return wrong.length > 0;
  }

  /**
   * Tells in a form why what it asked for was refused.
   *
   * @param {HTMLFormElement} form
   * @param {LatchkeyError} error
   */
  #refuse(form, error) {
    const [{ messages }, { slot }, text] = [this.#words, form, this.#say(error)];
    if (error.code === "email_not_verified") return this.#show("reset", { notice: text, focus: true });
    if (error.code === "password_reset_required") return this.#show("forgot", { notice: text, focus: true });
    if (slot === "confirm" && (error.code === "email_taken" || error.code === "sign_up_expired")) {
      const view = error.code === "email_taken" ? "sign-in" : "sign-up";
      return this.#show(view, { notice: text, focus: true });
    }
    /** @type {Record<string, string>} */
    const faults = {};
    for (const name of /** @type {import("./latchkey.js").FieldName[]} */ (Object.keys(error.fields))) {
      faults[name] = messages[error.fieldCodes[name] ?? "unknown"] ?? messages.unknown ?? error.fields[name] ?? "";
    }
    const ofOne = { email_taken: "email", same_address: "email", email_domain_not_allowed: "email", invalid_code: "code", invalid_invite: "invite", invite_required: "invite" };
    const field = ofOne[/** @type {keyof typeof ofOne} */ (error.code)];
    if (field) faults[field] = text;
    if (error.code === "invalid_credentials" && this.#view === "account") faults.password = this.#words.wrongPassword;
    if (this.#mark(form, faults)) return;
    if (error.status === 429 && error.retryAfter) this.#wait(form, error.retryAfter);
    else this.#alert(form, text);
  }

  /**
   * @param {HTMLFormElement} form
   * @param {string} text
   */
  #alert(form, text) {
    const alert = form.querySelector("[role=alert]");
    if (alert) alert.textContent = text;
  }

  /**
   * Counts down for the eye. A screen reader is told at the start and at the end.
   *
   * @param {HTMLFormElement} form
   * @param {number} seconds
   */
  #wait(form, seconds) {
    const end = Date.now() + seconds * 1000;
    let shown = "";
    const tell = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) {
        this.#clear(form);
        this.#announce(this.#words.waited);
        return;
      }
      const [unit, count] = left > 90 ? ["minute", Math.ceil(left / 60)] : ["second", left > 10 ? Math.ceil(left / 10) * 10 : left];
      const time = new Intl.NumberFormat(this.#language, { style: "unit", unit, unitDisplay: "long" }).format(count);
      if (time === shown) return;
      shown = time;
      this.#alert(form, this.#fill("wait", { time }));
    };
    this.#timer = setInterval(tell, 1000);
    tell();
  }

  /**
   * @typedef {object} Field
   * @property {string} name
   * @property {string} label
   * @property {string} autocomplete
   * @property {string} [type]
   * @property {string} [value]
   * @property {string} [hint]
   * @property {boolean} [optional]
   * @property {string} [dir]
   * @property {Record<string, string>} [more]
   * @property {HTMLElement | null} [beside] what stands beside the label
   * @property {HTMLElement} [button] what stands in the field
   */

  /** @param {Field} field */
  #field({ name, label, autocomplete, type = "text", value = "", hint, optional = false, dir, more, beside, button }) {
    const input = /** @type {HTMLInputElement} */ (el("input", { class: "lk-input", name, type, autocomplete, value, dir, required: !optional, ...more }));
    if (button) button.addEventListener("click", () => reveal(button, input));
    const head = el("label", { class: "lk-label" }, label);
    return el(
      "div",
      { class: "lk-field" },
      head,
      button ? el("div", { class: "lk-wrap" }, input, button) : input,
      el("p", { class: "lk-error" }),
      hint ? el("p", { class: "lk-hint" }, hint) : null,
      beside ?? null,
    );
  }

  /** @param {Partial<Field>} field */
  #emailField(field) {
    const more = { autocapitalize: "off", spellcheck: "false" };
    return this.#field({ name: "email", label: this.#words.email, type: "email", autocomplete: "email", value: this.#email, dir: "ltr", more, ...field });
  }

  /** @param {Partial<Field>} [field] */
  #passwordField(field = {}) {
    const { password, showPassword } = this.#words;
    const button = el("button", { type: "button", class: "lk-eye", "aria-label": showPassword, "aria-pressed": "false" }, drawing(24, [EYE]));
    return this.#field({ name: "password", label: password, type: "password", autocomplete: "current-password", button, ...field });
  }

  #codeField() {
    const more = { inputmode: "numeric", spellcheck: "false", autocapitalize: "off" };
    return this.#field({ name: "code", label: this.#words.code, autocomplete: "one-time-code", value: this.#code, dir: "ltr", more });
  }
}

/**
 * An element. What is a class to the style sheets is a part to the page.
 *
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined>} [attributes]
 * @param {(Node | string | null)[]} children
 * @returns {HTMLElement}
 */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    if (name === "class") node.part.value = String(value).replaceAll("lk-", "");
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** @param {{ name: string, label: string }} box */
function checkbox({ name, label }) {
  return el("label", { class: "lk-check" }, el("input", { type: "checkbox", name }), label);
}

/**
 * @param {number} size
 * @param {[d: string, fill?: string][]} paths
 */
function drawing(size, ...paths) {
  const create = (/** @type {string} */ tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const node = create("svg");
  node.setAttribute("viewBox", `0 0 ${size} ${size}`);
  node.setAttribute("aria-hidden", "true");
  for (const [d, fill] of paths) {
    const path = create("path");
    path.setAttribute("d", d);
    if (fill) path.setAttribute("fill", fill);
    node.append(path);
  }
  return node;
}

/** @param {Provider} provider */
function logo(provider) {
  return drawing(...(LOGOS[provider] ?? LOGOS.oidc));
}

/**
 * @param {HTMLElement} button
 * @param {HTMLInputElement} input
 */
function reveal(button, input) {
  const isShown = input.type === "text";
  input.type = isShown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!isShown));
}

/**
 * What to call somebody: a provider may give neither a name nor an address.
 *
 * @param {User} user
 */
function nameOf({ name, email, id }) {
  return name ?? email ?? id;
}

/**
 * The error, if the client explains it. Others are faults in a program. A page may hold two copies of the client's file.
 *
 * @param {unknown} error
 */
function expected(error) {
  if (error instanceof Error && error.name === "LatchkeyError") return /** @type {LatchkeyError} */ (error);
  throw error;
}

if (globalThis.customElements && !customElements.get("latchkey-sign-in")) customElements.define("latchkey-sign-in", LatchkeySignIn);
