// <latchkey-sign-in>: sign up, log in, reset a password, prove an address and look after an account, in any page. One file beside
// latchkey.js, no dependencies, no build step.
//
//   <script type="module" src="latchkey-sign-in.js"></script>
//   <latchkey-sign-in base-url="https://api.example.com"></latchkey-sign-in>
//
// The forms are children of the element, in the page's own tree, since several password managers look nowhere else. The frame around
// them is in an open shadow root.

import { BROKEN_CODES, Latchkey, LatchkeyError, LOGGED_OUT, MESSAGES, own, PROVIDER_NAMES } from "./latchkey.js";

/** @import { FieldName, FinishedSignIn, MailLink, Messages, Provider, Session, SignInOptions, User } from "./latchkey.js" */
/**
 * What the element shows. `account`: somebody is logged in. `confirm`: a sign-up waits for its code. `outage`: nobody knows who is
 * logged in.
 *
 * @typedef {"loading" | "outage" | "sign-in" | "sign-up" | "confirm" | "forgot" | "reset" | "account"} View
 */
/**
 * What the element says. `{email}` and other names in braces are replaced. `messages` has the sentences of errors by their code.
 *
 * @typedef {Record<keyof typeof WORDS, string> & { messages: Messages }} Words
 */
/**
 * The event `latchkey-signed-in`: somebody is logged in. `how` is what logged them in. `already`: they were logged in when the page
 * loaded. `elsewhere`: another tab or the app did it. `from` is the page that a sign-in with a provider began on. After
 * `preventDefault()` the element stays busy while the app goes to another page. If the person is still there after five seconds, or
 * comes back, it shows the account.
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

/**
 * The logos of providers, as each one's rules want them: Google's in its four colours, Facebook's in its blue with a white letter, those
 * of GitHub and X in the colour of the text. Each is a list of paths, with their colour, on a grid of 72 by 72: fine enough to need no
 * decimals.
 *
 * @type {Record<Provider, [d: string, fill?: string][]>}
 */
const LOGOS = {
  google: [
    ["m71 37-1-8H36v14h19a17 17 0 0 1-7 11v9h12a35 35 0 0 0 11-26", "#4285f4"],
    ["M36 72q15 0 24-9l-12-9a22 22 0 0 1-32-11H4v9a36 36 0 0 0 32 20", "#34a853"],
    ["M16 43a22 22 0 0 1 0-14v-9H4a36 36 0 0 0 0 32z", "#fbbc05"],
    ["M36 14q8 0 14 6L60 9A36 36 0 0 0 4 20l12 9a21 21 0 0 1 20-15", "#ea4335"],
  ],
  github: [
    ["M36 1a36 36 0 0 0-11 70l2-2v-6c-10 2-12-5-12-5l-4-5c-3-2 0-2 0-2 4 0 6 4 6 4q6 6 10 3 0-4 2-5c-8-1-16-4-16-18q0-6 4-10-2-2 0-9 0-2 10 4a35 35 0 0 1 18 0q10-6 10-4 2 7 0 9a14 14 0 0 1 4 10c0 14-9 17-17 18q3 2 3 6v10l2 2A36 36 0 0 0 36 1"],
  ],
  facebook: [
    ["M36 0a36 36 0 1 0 0 72 36 36 0 0 0 0-72", "#0866ff"],
    ["m50 46 2-10H42v-7q0-5 5-5h5v-9l-8-1q-13 0-14 14v8h-9v10h9v26h12V46", "#fff"],
  ],
  x: [["M57 3h11L44 31l28 38H50L32 46 12 69H1l26-30L0 3h23l16 21Zm-4 59h6L19 10h-6Z"]],
  oidc: [["M35 31a15 15 0 1 0 0 10h16v9h9v-9h6V31zm-8 5a6 6 0 1 1-12 0 6 6 0 1 1 12 0"]],
};
const EYE = "M3 36q33-42 66 0-33 42-66 0m48 0a15 15 0 1 0-30 0 15 15 0 1 0 30 0m-6 0a9 9 0 1 1-18 0 9 9 0 1 1 18 0";

/** What the beginning of a `User-Agent` says about the device, in the order in which one name hides another. */
const DEVICES = [["Android"], ["iPhone"], ["iPad"], ["Windows"], ["Macintosh", "Mac"], ["CrOS", "Chromebook"], ["Linux"]];

/**
 * What may be shown first to whoever is not logged in.
 *
 * @type {readonly View[]}
 */
const FIRST_VIEWS = ["sign-in", "sign-up", "forgot", "reset"];

/** How long an app may take to go to another page after a log-in, in milliseconds. */
const LEFT_WITHIN = 5000;

/** The words in English and in German. */
const WORDS = {
  logIn: ["Log in", "Anmelden"],
  signUp: ["Sign up", "Registrieren"],
  signUpTitle: ["Create your account", "Konto erstellen"],
  noAccount: ["No account yet?", "Noch kein Konto?"],
  hasAccount: ["Already have an account?", "Schon ein Konto?"],
  or: ["or", "oder"],
  continueWith: ["Continue with {provider}", "Weiter mit {provider}"],
  singleSignOn: ["single sign-on", "Single Sign-on"],
  email: ["Email address", "E-Mail-Adresse"],
  name: ["Name", "Name"],
  password: ["Password", "Passwort"],
  newPassword: ["New password", "Neues Passwort"],
  currentPassword: ["Current password", "Aktuelles Passwort"],
  passwordHint: [
    "A few words that do not belong together are hard to guess.",
    "Wörter, die nicht zusammengehören, sind schwer zu erraten.",
  ],
  wrongPassword: ["This is not your password.", "Das ist nicht Ihr Passwort."],
  noPasswordHint: ["Leave this empty if your account has no password.", "Leer lassen, wenn Ihr Konto kein Passwort hat."],
  showPassword: ["Show password", "Passwort anzeigen"],
  invite: ["Invitation code", "Einladungscode"],
  stay: ["Stay logged in", "Angemeldet bleiben"],
  forgot: ["Forgot password?", "Passwort vergessen?"],
  forgotTitle: ["Reset your password", "Passwort zurücksetzen"],
  forgotText: [
    "We will send you a code for a new password.",
    "Wir schicken Ihnen einen Code für ein neues Passwort.",
  ],
  sendCode: ["Send code", "Code senden"],
  resetTitle: ["Choose a new password", "Neues Passwort wählen"],
  resetSent: ["If {email} has an account, a code is on its way.", "Wenn es zu {email} ein Konto gibt, ist ein Code unterwegs."],
  resetOther: [
    "This sets the password of {email} and logs you in there. You are logged in as {name}.",
    "Das setzt das Passwort von {email} und meldet Sie dort an. Sie sind als {name} angemeldet.",
  ],
  resetHint: [
    "This logs you out everywhere, and unlinks other ways to log in.",
    "Das meldet Sie überall ab und trennt andere Anmeldewege.",
  ],
  resetSubmit: ["Save and log in", "Speichern und anmelden"],
  passwordReset: ["Your new password is saved.", "Ihr neues Passwort ist gespeichert."],
  code: ["Code from the email", "Code aus der E-Mail"],
  confirmTitle: ["Check your email", "Ihr Postfach"],
  codeSent: ["We sent a code to {email}.", "Wir haben einen Code an {email} geschickt."],
  codeFilled: ["The code of your email is filled in.", "Der Code aus Ihrer E-Mail ist eingetragen."],
  confirmSubmit: ["Create account", "Konto erstellen"],
  resend: ["Send the code again", "Code noch einmal senden"],
  resent: ["The email is on its way again.", "Die E-Mail ist noch einmal unterwegs."],
  startOver: ["Start over", "Von vorn beginnen"],
  back: ["Back to log-in", "Zurück zur Anmeldung"],
  account: ["Your account", "Ihr Konto"],
  loggedInAs: ["Logged in as {name}.", "Angemeldet als {name}."],
  loggedOut: ["You are logged out.", "Sie sind abgemeldet."],
  logInAgain: ["Log in again.", "Melden Sie sich wieder an."],
  logInToLink: ["Log in to link {provider} to your account.", "Melden Sie sich an, um {provider} mit Ihrem Konto zu verknüpfen."],
  linkQuestion: [
    "Link {provider} to {account}? Whoever logs in with it is then in this account.",
    "{provider} mit {account} verknüpfen? Wer sich damit anmeldet, ist danach in diesem Konto.",
  ],
  link: ["Link", "Verknüpfen"],
  doNotLink: ["Do not link", "Nicht verknüpfen"],
  unlink: ["Unlink", "Trennen"],
  linked: ["{provider} is linked.", "{provider} ist verknüpft."],
  unlinked: ["{provider} is unlinked.", "{provider} ist nicht mehr verknüpft."],
  verifyTitle: ["Confirm your email address", "E-Mail-Adresse bestätigen"],
  confirm: ["Confirm", "Bestätigen"],
  confirmed: ["Confirmed", "Bestätigt"],
  unconfirmed: ["Not confirmed", "Nicht bestätigt"],
  nowConfirmed: ["Your email address is confirmed.", "Ihre E-Mail-Adresse ist bestätigt."],
  none: ["none", "keine Angabe"],
  save: ["Save", "Speichern"],
  nameSaved: ["Your name is saved.", "Ihr Name ist gespeichert."],
  passwordChange: ["Change password", "Passwort ändern"],
  passwordSaved: ["Your password is changed.", "Ihr Passwort ist geändert."],
  newEmail: ["New email address", "Neue E-Mail-Adresse"],
  emailSaved: ["Your email address is changed.", "Ihre E-Mail-Adresse ist geändert."],
  waysIn: ["Other ways to log in", "Weitere Anmeldewege"],
  isLinked: ["Linked", "Verknüpft"],
  devices: ["Devices", "Geräte"],
  thisDevice: ["This device", "Dieses Gerät"],
  unknownDevice: ["Unknown device", "Unbekanntes Gerät"],
  lastUsed: ["Last used {time}", "Zuletzt benutzt: {time}"],
  logOutOthers: ["Log out all other devices", "Alle anderen Geräte abmelden"],
  deviceLoggedOut: ["That device is logged out.", "Das Gerät ist abgemeldet."],
  othersLoggedOut: ["All other devices are logged out.", "Alle anderen Geräte sind abgemeldet."],
  noDevices: ["No device stays logged in at the moment.", "Zurzeit bleibt kein Gerät angemeldet."],
  logOut: ["Log out", "Abmelden"],
  logOutEverywhere: ["Log out everywhere", "Überall abmelden"],
  deletion: ["Delete account", "Konto löschen"],
  deletionText: [
    "This deletes everything about you here. Nobody can undo it.",
    "Das löscht hier alles über Sie. Niemand kann es zurückholen.",
  ],
  deletionSure: ["Yes, delete my account.", "Ja, mein Konto löschen."],
  deletionTick: ["Tick the box if you are sure.", "Setzen Sie das Häkchen, wenn Sie sicher sind."],
  deletionSubmit: ["Delete my account", "Mein Konto löschen"],
  deleted: ["Your account is deleted.", "Ihr Konto ist gelöscht."],
  loading: ["Loading…", "Wird geladen …"],
  outage: ["This does not work right now", "Das geht gerade nicht"],
  retry: ["Try again", "Noch einmal versuchen"],
  wait: ["Too many attempts. Try again in {time}.", "Zu viele Versuche. Versuchen Sie es in {time} noch einmal."],
  waited: ["You can try again now.", "Sie können es jetzt noch einmal versuchen."],
};

/** @param {0 | 1} language */
const wordsOf = (language) => /** @type {Record<keyof typeof WORDS, string>} */ (Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, words[language]])));

/**
 * The words in English.
 *
 * @type {Readonly<Words>}
 */
export const ENGLISH = Object.freeze({ ...wordsOf(0), messages: {} });

const LOGGED_OUT_IN_GERMAN = "Sie wurden abgemeldet. Melden Sie sich wieder an.";

/**
 * The words in German. `messages` also suits the option `messages` of `Latchkey`.
 *
 * @type {Readonly<Words>}
 */
export const GERMAN = Object.freeze({
  ...wordsOf(1),
  messages: {
    ...Object.fromEntries(BROKEN_CODES.map((code) => [code, "Das funktioniert zurzeit nicht. Sagen Sie den Betreibern Bescheid."])),
    invalid_credentials: "E-Mail-Adresse oder Passwort ist falsch.",
    too_many_attempts: "Zu viele Versuche. Versuchen Sie es in ein paar Minuten noch einmal.",
    missing_token: "Sie sind nicht angemeldet. Melden Sie sich zuerst an.",
    reauthentication_required: "Melden Sie sich zur Sicherheit noch einmal an, bevor Sie das ändern.",
    expired_token: LOGGED_OUT_IN_GERMAN,
    invalid_token: LOGGED_OUT_IN_GERMAN,
    invalid_refresh_token: LOGGED_OUT_IN_GERMAN,
    email_taken: "Zu dieser E-Mail-Adresse gibt es schon ein Konto.",
    signup_closed: "Hier kann sich niemand registrieren.",
    invite_required: "Zum Registrieren brauchen Sie eine Einladung.",
    invalid_invite: "Diese Einladung gilt nicht mehr.",
    email_domain_not_allowed: "Mit dieser Adresse kann man hier kein Konto haben. Verwenden Sie eine andere.",
    invalid_code: "Der Code ist falsch oder abgelaufen. Verwenden Sie den aus der letzten E-Mail.",
    invalid_signup_id: "Das hat zu lange gedauert. Registrieren Sie sich neu.",
    identity_taken: "Damit meldet sich schon ein anderes Konto an.",
    too_many_identities: "Mehr Anmeldewege kann ein Konto nicht haben. Trennen Sie zuerst einen.",
    last_sign_in_method: "Das ist Ihr einziger Anmeldeweg. Verknüpfen Sie zuerst einen anderen.",
    unknown_provider: "So können Sie sich hier nicht anmelden. Wählen Sie einen anderen Weg.",
    email_not_verified: "Ihre E-Mail-Adresse ist noch nicht bestätigt. Setzen Sie mit dem Code aus unserer E-Mail Ihr Passwort neu.",
    already_verified: "Ihre E-Mail-Adresse ist schon bestätigt.",
    account_disabled: "Dieses Konto ist gesperrt.",
    password_reset_required: "Dieses Konto hat hier noch kein Passwort. Setzen Sie es zurück.",
    no_address: "Dieses Konto hat keine E-Mail-Adresse.",
    same_address: "Das ist schon Ihre E-Mail-Adresse.",
    mail_is_off: "Dieser Dienst verschickt keine E-Mails.",
    validation_failed: "Korrigieren Sie Ihre Angaben.",
    unknown: "Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.",
    unavailable: "Der Dienst ist gerade gestört. Versuchen Sie es in ein paar Minuten noch einmal.",
    unreachable: "Der Dienst ist nicht erreichbar. Prüfen Sie Ihre Verbindung, und versuchen Sie es gleich noch einmal.",
    sign_in_cancelled: "Sie haben die Anmeldung mit {provider} abgebrochen.",
    sign_in_expired: "Das hat zu lange gedauert oder in einem anderen Fenster begonnen. Beginnen Sie neu.",
    provider_refused: "Die Anmeldung mit {provider} funktioniert zurzeit nicht. Wählen Sie einen anderen Weg.",
    provider_unavailable: "{provider} antwortet nicht. Versuchen Sie es gleich noch einmal.",
    storage_denied: "Dieser Browser speichert nichts für diese Seite. Verwenden Sie ein Passwort.",
    sign_up_expired: "Das hat zu lange gedauert oder in einem anderen Browser begonnen. Registrieren Sie sich neu.",
    required: "Bitte ausfüllen.",
    too_short: "Das ist zu kurz.",
    too_long: "Das ist zu lang.",
    too_weak: "Das ist zu leicht zu erraten. Verwenden Sie Wörter, die nicht zusammengehören.",
    same_password: "Wählen Sie ein anderes Passwort als bisher.",
    invalid_email: "Geben Sie eine E-Mail-Adresse wie name@example.com ein.",
    control_character: "Das enthält ein Zeichen, das nicht erlaubt ist.",
  },
});

/** The words by language. */
const LANGUAGES = { en: ENGLISH, de: GERMAN };

/** What stands in both trees: fields, buttons and notices. */
const CONTROLS = `
[class^="lk-"] { box-sizing: border-box; margin: 0; color: var(--lk-text) }
.lk-form, .lk-field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem }
.lk-field { gap: .375rem }
.lk-form [hidden], .lk-field:not([hidden]) + .lk-filled { display: none }
.lk-label { font-size: .875rem; font-weight: 600 }
.lk-check { display: flex; align-items: center; gap: .75rem; min-height: 1.75rem; font-size: .9375rem }
.lk-check input { margin: 0; accent-color: var(--lk-accent) }
.lk-input { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; background: var(--latchkey-field, light-dark(#fff, #15181b)); border: 1px solid var(--lk-edge); border-radius: var(--lk-radius); font: inherit; text-align: start }
.lk-input[aria-invalid] { border-color: var(--lk-bad); box-shadow: inset 0 0 0 1px var(--lk-bad) }
.lk-wrap { position: relative }
.lk-wrap .lk-input { padding-inline-end: 3rem }
.lk-eye { position: absolute; inset-block: 0; inset-inline-end: 0; display: grid; place-items: center; width: 2.75rem; padding: 0; color: var(--lk-soft); background: none; border: 0; border-radius: var(--lk-radius); cursor: pointer }
.lk-eye[aria-pressed="true"] { color: var(--lk-accent) }
.lk-check input, [class^="lk-"] svg { width: 1.25rem; height: 1.25rem; fill: currentColor }
.lk-hint, .lk-error { color: var(--lk-soft); font-size: .875rem }
.lk-error { color: var(--lk-bad) }
.lk-error:empty { display: none }
.lk-notice { --lk-tone: var(--lk-edge); padding: .75rem 1rem; background: color-mix(in srgb, var(--lk-tone) 8%, var(--lk-card)); border: 1px solid color-mix(in srgb, var(--lk-tone) 30%, var(--lk-card)); border-inline-start: 3px solid var(--lk-tone); border-radius: var(--lk-radius); font-size: .9375rem }
.lk-bad { --lk-tone: var(--lk-bad) }
.lk-good { --lk-tone: var(--lk-good) }
.lk-notice:empty, .lk-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.lk-button { display: inline-flex; align-items: center; justify-content: center; gap: .75rem; min-height: 2.75rem; padding: .5rem 1rem; background: var(--lk-card); border: 1px solid var(--lk-edge); border-radius: var(--lk-radius); font: inherit; font-size: .9375rem; font-weight: 600; line-height: 1.3; text-align: center; cursor: pointer }
.lk-button:hover { background: var(--lk-sunk) }
.lk-primary { color: var(--lk-on-accent); background: var(--lk-accent); border-color: var(--lk-accent) }
.lk-primary:hover { background: color-mix(in srgb, var(--lk-accent) 88%, var(--lk-text)) }
.lk-danger { color: var(--lk-bad); border-color: var(--lk-bad) }
.lk-small { min-height: 2.25rem; padding: .25rem .75rem; font-size: .875rem }
.lk-link { min-height: 1.5rem; padding: 0; color: var(--lk-accent); background: none; border: 0; border-radius: 2px; font: inherit; font-size: .875rem; font-weight: 600; text-align: start; text-decoration: underline; text-underline-offset: .2em; cursor: pointer }
.lk-actions { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem }
.lk-button[aria-disabled]::after { content: ""; flex: none; width: .875em; height: .875em; border: 2px solid; border-block-start-color: transparent; border-radius: 50% }
:is([class^="lk-"], .lk-check input):focus-visible { outline: 2px solid var(--lk-accent); outline-offset: 2px }
.lk-eye:focus-visible { outline-offset: -4px }
.lk-bar { height: 2.75rem; border: 1px solid transparent; border-radius: var(--lk-radius); background: var(--lk-sunk) }
.lk-bar:first-child { width: 45%; height: 1.75rem }
@media (prefers-reduced-motion: no-preference) {
  .lk-button[aria-disabled]::after { animation: lk-turn .8s linear infinite }
  @keyframes lk-turn { to { transform: rotate(1turn) } }
  .lk-bar { animation: lk-pulse 1.6s infinite }
  @keyframes lk-pulse { 50% { opacity: .5 } }
}
@media (forced-colors: active) {
  .lk-input[aria-invalid] { outline: 2px solid Mark }
}
`;

const FRAME = `
:host {
  --lk-accent: var(--latchkey-accent, light-dark(#1f5f57, #7fd1c3));
  --lk-on-accent: var(--latchkey-on-accent, light-dark(#fff, #10201d));
  --lk-text: var(--latchkey-text, light-dark(#1e2321, #e7e9ea));
  --lk-soft: var(--latchkey-soft-text, light-dark(#5a605d, #a6adb4));
  --lk-card: var(--latchkey-background, light-dark(#fff, #1c2024));
  --lk-sunk: var(--latchkey-hover, light-dark(#f5f4f1, #262b30));
  --lk-line: var(--latchkey-line, light-dark(#dedbd3, #343b42));
  --lk-edge: var(--latchkey-border, light-dark(#85817a, #77808a));
  --lk-bad: var(--latchkey-error, light-dark(#a3262f, #ff9c9c));
  --lk-good: var(--latchkey-success, light-dark(#17633f, #86d9a8));
  --lk-radius: var(--latchkey-radius, .5rem);
  display: block; max-width: 27rem; color: var(--lk-text); font: 1rem/1.5 var(--latchkey-font, system-ui, sans-serif); overflow-wrap: anywhere;
}
:host([hidden]) { display: none }
* { box-sizing: border-box; margin: 0 }
[hidden] { display: none !important }
.card, .ask, .list, .row, .inside, .wait { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem }
.card { gap: 1.25rem; padding: clamp(1.25rem, 6vw, 2rem); background: var(--lk-card); border: 1px solid var(--lk-line); border-radius: calc(var(--lk-radius) * 1.5); box-shadow: var(--latchkey-shadow, 0 4px 24px #0001) }
.title { font-size: 1.5rem; font-weight: 600; line-height: 1.25 }
.title:focus { outline: none }
:is(.title, summary):focus-visible { outline: 2px solid var(--lk-accent); outline-offset: 2px; border-radius: 2px }
.text, .key, .subtitle { font-size: .9375rem }
.key, .subtitle { font-weight: 600 }
.text, .value, .divider, .foot { color: var(--lk-soft) }
.value, .divider, .foot { font-size: .875rem }
.title + .text { margin-top: -.75rem }
.divider::before, .divider::after { content: ""; flex: 1; border-block-start: 1px solid var(--lk-line) }
.list { padding: 0; list-style: none }
.provider { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) 1.25rem; width: 100%; color: light-dark(#1f1f1f, #e3e3e3); background: light-dark(#fff, #131314); border-color: light-dark(#747775, #8e918f); font-weight: 500 }
.provider:hover { background: light-dark(#f4f4f5, #232324) }
.foot { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: center; gap: 0 .5rem; padding-top: 1.25rem; border-block-start: 1px solid var(--lk-line) }
.divider, .person, .item { display: flex; align-items: center; gap: .75rem }
div { min-width: 0 }
.person .title { font-size: 1.25rem }
.person .text { margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.end > .lk-button { flex: auto }
.face { flex: none; display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border: 1px solid transparent; border-radius: 50%; color: var(--lk-on-accent); background: var(--lk-accent); font-size: 1.25rem; font-weight: 600 }
.rows { border-block-end: 1px solid var(--lk-line) }
.row { border-block-start: 1px solid var(--lk-line) }
.row > .lk-notice { margin-block-end: .75rem }
summary { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; gap: 0 1rem; padding: .75rem 0; list-style: none; cursor: pointer }
summary::-webkit-details-marker { display: none }
summary::after { content: ""; grid-area: 1 / 2 / span 2; width: .5rem; height: .5rem; margin-inline-end: .25rem; border: solid var(--lk-soft); border-width: 0 2px 2px 0; transform: translateY(-25%) rotate(45deg) }
details[open] > summary::after { scale: -1 }
summary:hover .key { text-decoration: underline; text-underline-offset: .2em }
.deletion .key { color: var(--lk-bad) }
.inside { gap: 1rem; padding-block: .25rem 1.25rem }
.item { justify-content: space-between; gap: .5rem 1rem }
.item .lk-button { flex: none }
.badge { display: inline-block; padding: 0 .5rem; color: var(--lk-tone); border: 1px solid; border-radius: 1rem; font-size: .75rem; font-weight: 600; white-space: nowrap }
.wait { gap: 1rem }
`;

/**
 * What a button does. It returns what shows the result. `alone` has the results of all else that is under way dropped.
 *
 * @internal
 * @typedef {(isAwaited: () => boolean, alone: () => void) => void | (() => void) | Promise<void | (() => void)>} Work
 */

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
 * | `base-url`, `transport`, `refresh` | the options of the client that the element makes. `refresh` begins sessions, and `refresh="ask"` lets the person choose to stay logged in |
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
 * | event | its `detail` | what happened |
 * |---|---|---|
 * | `latchkey-signed-in` ({@link SignedInEvent}) | `user`, `how`, `from` | somebody is logged in |
 * | `latchkey-signed-out` ({@link SignedOutEvent}) | `deleted` | nobody is logged in any more |
 * | `latchkey-user-changed` ({@link UserChangedEvent}) | `user` | the user has changed their account |
 * | `latchkey-view-changed` ({@link ViewChangedEvent}) | `view` | the element shows something else |
 * | `latchkey-error` ({@link ErrorEvent}) | `error` | something failed, and the element has told the person |
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
  #stay = false;
  /** What a link has brought, for the form of its kind. */
  #code = { kind: "", code: "" };
  /** Where a code was mailed to while the element was there. */
  #sentTo = /** @type {string | null} */ (null);
  /** @type {MailLink | null | undefined} */
  #link;
  /** @type {LatchkeyError | undefined} */
  #failure;
  /** What the element itself does at the moment, whose changes it does not have to follow. */
  #busy = new Set();
  /** Whether somebody may have logged in or out elsewhere meanwhile. */
  #hasMissed = false;
  /** Rises with each client. Responses to an earlier one are dropped. */
  #run = 0;
  /** Rises with each client, person and view too. Nobody waits for what was begun before. */
  #turn = 0;
  #drawn = 0;
  /** @type {AbortController | undefined} */
  #connected;
  #stop = () => {};
  /** @type {WeakMap<HTMLFormElement, ReturnType<typeof setInterval>>} */
  #timers = new WeakMap();
  /** @type {HTMLFormElement[]} */
  #forms = [];
  #fields = 0;
  #id = `latchkey${++elements}`;
  #card = /** @type {HTMLElement} */ (/** @type {unknown} */ (undefined));
  #status = this.#card;

  /** @ignore */
  static observedAttributes = ["base-url", "transport", "refresh", "lang"];

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
    this.#card = el("section.card");
    this.#status = el("p.lk-hidden", { role: "status" });
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
    // React sets equal ones with each rendering.
    if (JSON.stringify(words ?? {}) === JSON.stringify(this.#ownWords)) return;
    this.#ownWords = words ?? {};
    if (this.#connected) this.#render();
  }

  /**
   * Who is logged in, `null` if nobody is, and `undefined` while that is not known.
   *
   * @returns {User | null | undefined}
   */
  get user() {
    return this.#user;
  }

  /** What the element shows. Set it to `sign-in`, `sign-up` or `forgot` to show that to whoever is not logged in. */
  get view() {
    return this.#view;
  }

  set view(view) {
    if (!(this.#user ? ["account", "reset"] : FIRST_VIEWS).includes(view)) warn(`The view "${view}" cannot be set now.`);
    else if (this.#user === undefined) this.setAttribute("view", view);
    else this.#show(view);
  }

  /** @ignore */
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
    const { signal } = this.#connected;
    globalThis.addEventListener("hashchange", () => this.#followLink(), { signal });
    globalThis.addEventListener("pageshow", ({ persisted }) => persisted && this.#resume(), { signal });
    this.#restart();
  }

  /** @ignore */
  disconnectedCallback() {
    this.#connected?.abort();
    this.#connected = undefined;
    this.#stop();
    this.#run++;
    this.#turn++;
  }

  /**
   * @ignore
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
    const transport = /** @type {"body" | "cookie" | undefined} */ (this.#oneOf("transport", ["body", "cookie"]));
    const refresh = ["", "true"].includes(this.#oneOf("refresh", ["", "true", "ask"]) ?? "ask");
    return new Latchkey({ baseUrl: this.getAttribute("base-url") ?? "", transport, refresh });
  }

  /**
   * The value of an attribute, if it is one of these.
   *
   * @param {string} name
   * @param {readonly string[]} values
   */
  #oneOf(name, values) {
    const value = this.getAttribute(name)?.toLowerCase();
    if (value === undefined || values.includes(value)) return value;
    warn(`${name}="${value}" must be one of ${JSON.stringify(values)}.`);
  }

  /** Whether to stay logged in, if that is the person's choice. */
  get #choice() {
    return this.#asks ? { refresh: this.#stay } : {};
  }

  get #asks() {
    return this.getAttribute("refresh")?.toLowerCase() === "ask";
  }

  get #hasMail() {
    return !this.hasAttribute("no-mail");
  }

  /** @returns {Words} */
  get #words() {
    const words = LANGUAGES[this.#wordsLanguage ?? "en"];
    return { ...words, ...this.#ownWords, messages: { ...words.messages, ...this.#ownWords.messages } };
  }

  get #language() {
    return this.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang || navigator.language;
  }

  /** The language of the words: `undefined` if the app has its own for a language that is not here. */
  get #wordsLanguage() {
    const language = /** @type {keyof typeof LANGUAGES} */ (this.#language.slice(0, 2).toLowerCase());
    if (own(LANGUAGES, language)) return language;
    return Object.keys(this.#ownWords).length ? undefined : "en";
  }

  /** The language to write times and numbers in: pages also have a `lang` that is none, such as `en_US`. */
  get #locale() {
    try {
      return new Intl.Locale(this.#language).toString();
    } catch {
      return this.#wordsLanguage ?? "en";
    }
  }

  /** Begins anew with the client that there is now. */
  #restart() {
    if (!this.#connected) return;
    const run = ++this.#run;
    this.#stop();
    this.#busy = new Set();
    this.#hasMissed = false;
    this.#made = undefined;
    this.#user = undefined;
    this.#turn++;
    this.#view = "loading";
    this.#render();
    // Whoever made the element may set its properties first.
    queueMicrotask(() => run === this.#run && this.#begin(run));
  }

  /** The person comes back to a page that the browser has kept: what it was about to do, it does no more. */
  #resume() {
    if (this.#user === undefined) return this.#restart();
    this.#busy = new Set();
    this.#turn++;
    this.#show(this.#view === "loading" ? "account" : this.#view, { keep: true });
  }

  /** @param {number} run */
  async #begin(run) {
    const [{ client }, busy] = [this, this.#busy];
    this.#stop = client.onChange((change) => {
      if (change.kind !== "renewal" && (change.elsewhere || !this.#busy.size)) this.#follow();
    });
    this.#link = client.takeMailLink() ?? this.#link;
    busy.add(client);
    const failed = (/** @type {unknown} */ error) => {
      const failure = explained(error);
      if (run === this.#run && !this.#failure) warn(failure.detail);
      return (this.#failure = failure);
    };
    this.#failure = undefined;
    try {
      const listed = this.getAttribute("providers");
      const providers = listed === null ? client.providers() : Promise.resolve(/** @type {Provider[]} */ (listed.split(/\s+/).filter(Boolean)));
      providers.then((providers) => {
        if (run !== this.#run) return;
        this.#providers = providers;
        const place = this.#card.querySelector(".ways, .providers");
        place?.replaceWith(this.#user && this.#view === "account" ? this.#waysIn(this.#user) : this.#providerButtons());
      }, failed);
      const returned = await client.finishSignIn().catch((error) => error);
      const user = await client.currentUser();
      if (run !== this.#run) return;
      this.#user = user;
      this.#arrive(returned);
    } catch (error) {
      if (run !== this.#run) return;
      this.#emit("error", { error: failed(error) });
      this.#show("outage");
    } finally {
      this.#done(busy, client);
    }
  }

  /**
   * @param {Set<unknown>} busy
   * @param {unknown} work
   */
  #done(busy, work) {
    busy.delete(work);
    if (this.#connected && this.#hasMissed && busy === this.#busy && !busy.size) this.#follow();
  }

  /**
   * Shows what there is to show to whoever has come, maybe from a provider.
   *
   * @param {FinishedSignIn | LatchkeyError | null} returned
   */
  #arrive(returned) {
    const { client } = this;
    if (returned instanceof Error) {
      const error = explained(returned);
      this.#emit("error", { error });
      const isPlain = error.code === "sign_in_cancelled" || Boolean(client.signInToLink);
      this.#notice = { text: this.#say(error), kind: isPlain ? "" : "bad" };
    } else if (returned && this.#user) {
      const { provider, linked, from } = returned;
      if (!linked) return this.#enter(this.#user, "provider", from);
      this.#notice = { text: this.#fill("linked", { provider: this.#providerName(provider) }), kind: "good" };
      this.#emit("user-changed", { user: this.#user });
    }
    if (this.#user) this.#enter(this.#user, "already");
    else if (!this.#followLink()) {
      const first = /** @type {View | undefined} */ (this.#oneOf("view", FIRST_VIEWS)) ?? "sign-in";
      const begun = client.signUpToConfirm && !returned && !client.signInToLink ? "confirm" : first;
      this.#show(begun, { keep: true, focus: Boolean(returned) });
    }
    if (returned) this.#announce(this.#notice?.text ?? "");
  }

  /** Shows the form that the link of a mail is for. Says whether there was one. */
  #followLink() {
    const link = (this.#link = this.client.takeMailLink() ?? this.#link);
    const user = this.#user;
    if (!link || user === undefined) return false;
    const { kind, code, email } = link;
    this.#code = { kind, code };
    if (kind === "reset") {
      // Anybody can send a link. It must not take the account's place unnoticed.
      const isOther = user && email && email.toLowerCase() !== user.email?.toLowerCase();
      this.#email = email ?? this.#email;
      this.#show(kind, { focus: true, notice: isOther ? this.#fill("resetOther", { email, name: this.#nameOf(user) }) : "" });
    } else if (kind === "signup") {
      if (this.client.signUpToConfirm && !user) this.#show("confirm", { focus: true });
      else this.#show(user ? "account" : "sign-in", { notice: this.#sentence("sign_up_expired") });
    } else if (user) {
      if (kind === "change") this.#open = "email-code";
      this.#show("account", { focus: kind });
    } else {
      // It waits for the log-in.
      this.#show("sign-in", { notice: this.#sentence("missing_token") });
      return true;
    }
    this.#link = null;
    return true;
  }

  /**
   * Somebody has logged in or out in another tab, or the app has done it.
   *
   * @returns {Promise<void>}
   */
  async #follow() {
    this.#hasMissed = this.#busy.size > 0;
    if (this.#hasMissed) return;
    const [run, turn, before] = [this.#run, this.#turn, this.#user];
    try {
      const user = await this.client.currentUser();
      if (run !== this.#run) return;
      // Whoever has logged out meanwhile stays logged out.
      if (turn !== this.#turn) return this.#follow();
      this.#hasMissed = this.#busy.size > 0;
      if (this.#hasMissed) return;
      this.#user = user;
      if (user?.id === before?.id && before !== undefined) return;
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
    if (how === "sign-up") this.#sentTo = user.email;
    this.#told = { part: "", text: "" };
    this.#sessions = undefined;
    this.#turn++;
    const isNew = how !== "already" && how !== "elsewhere";
    const goesOn = this.#emit("signed-in", { user, how, ...(from && { from }) });
    const show = () => {
      if (this.#followLink()) return;
      this.#show("account", { focus: isNew, keep: how === "already" });
      if (isNew) this.#announce(this.#fill("loggedInAs", { name: this.#nameOf(user) }));
    };
    if (goesOn) return show();
    this.#show("loading");
    const turn = this.#turn;
    // An app that stays on the page after all must not keep the person from their account.
    setTimeout(() => this.#connected && turn === this.#turn && show(), LEFT_WITHIN);
  }

  /**
   * Nobody is logged in any more.
   *
   * @param {{ notice?: string, kind?: "bad" | "good" | "", deleted?: boolean, focus?: boolean, email?: string }} how `email` is whose
   *   log-in is expected next
   */
  #leave({ notice, kind = "", deleted = false, focus = false, email = "" }) {
    this.#user = null;
    this.#turn++;
    this.#sessions = undefined;
    this.#email = email;
    this.#newEmail = this.#open = this.#code.kind = "";
    this.#link = null;
    this.#stay = false;
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
    if (isOther) this.#turn++;
    this.#view = view;
    if (notice) this.#notice = { text: notice, kind };
    else if (!keep) this.#notice = undefined;
    this.#render();
    if (notice) this.#announce(notice);
    if (focus) this.#focus(typeof focus === "string" ? focus : "");
    if (isOther) this.#emit("view-changed", { view });
    if (view === "account" && !this.#sessions) this.#loadSessions();
  }

  /**
   * Says something above the forms, or takes it back, and leaves the rest as it is.
   *
   * @param {string} [text]
   * @param {"bad" | "good" | ""} [kind]
   */
  #notify(text = "", kind = "") {
    this.#notice = { text, kind };
    this.#card.querySelector(".said")?.replaceWith(this.#noticeNow());
    this.#announce(text);
  }

  /** @param {string} form */
  #focus(form) {
    const [place] = form ? this.#forms.filter(({ slot }) => slot === form) : this.#forms;
    const first = inputs(place).find(({ value }) => !value) ?? place?.querySelector("[type=submit]");
    const title = /** @type {HTMLElement | null} */ (this.#card.querySelector(".title"));
    /** @type {HTMLElement | null} */ (this.#view === "account" && !form ? title : (first ?? title))?.focus();
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

  /** @param {keyof Messages} code */
  #sentence(code) {
    const { messages } = this.#words;
    return own(messages, code) ?? messages.unknown ?? MESSAGES[code] ?? "";
  }

  /** @param {LatchkeyError} error */
  #say(error) {
    const { messages } = this.#words;
    // A language that has sentences says no English one.
    const text = own(messages, error.code) ?? messages.unknown;
    const provider = this.client.signInToLink ?? (/** @type {{ provider?: Provider }} */ (error).provider);
    return text ? text.replaceAll("{provider}", provider ? this.#providerName(provider) : "…") : error.message;
  }

  /**
   * @param {keyof typeof WORDS} word
   * @param {Record<string, string>} values
   */
  #fill(word, values) {
    const isRtl = getComputedStyle(this).direction === "rtl";
    return this.#words[word].replace(/\{(\w+)\}/g, (_, name) => (isRtl ? `\u2068${values[name]}\u2069` : values[name]));
  }

  /** @param {Provider} provider */
  #providerName(provider) {
    return provider === "oidc" ? this.#words.singleSignOn : (own(PROVIDER_NAMES, provider) ?? provider);
  }

  /**
   * Does what a button is for, once at a time. `work` is told how to find out whether anybody still waits for it, and returns what to
   * do if so.
   *
   * @param {HTMLElement} button
   * @param {Work} work
   * @param {(error: LatchkeyError) => void} [refused]
   */
  async #act(button, work, refused = (error) => this.#tell(error)) {
    // A disabled button would lose the focus.
    if (button.ariaDisabled) return;
    button.ariaDisabled = "true";
    this.#announce("");
    let turn = this.#turn;
    const busy = this.#busy;
    const isAwaited = () => turn === this.#turn;
    busy.add(button);
    try {
      const next = await work(isAwaited, () => (turn = ++this.#turn));
      if (isAwaited()) next?.();
      else this.#hasMissed = true;
    } catch (error) {
      const refusal = explained(error);
      this.#emit("error", { error: refusal });
      if (!isAwaited()) this.#hasMissed = true;
      else if (this.#user && LOGGED_OUT.includes(refusal.code)) this.#leave({ notice: this.#say(refusal), kind: "bad", focus: true, email: this.#email });
      else if (refusal.code === "reauthentication_required") this.#reauthenticate();
      else refused(refusal);
    } finally {
      button.ariaDisabled = null;
      this.#done(busy, button);
    }
  }

  #reauthenticate() {
    this.#email = this.#user?.email ?? this.#email;
    this.#show("sign-in", { notice: this.#sentence("reauthentication_required"), focus: true });
  }

  /** @param {LatchkeyError} error */
  #tell(error) {
    this.#notify(this.#say(error), "bad");
    this.#card.querySelector(".said")?.scrollIntoView({ block: "nearest" });
  }

  /** Draws what is shown now. What was typed and the focus stay, if the same person has the same view before them. */
  #render() {
    const root = /** @type {Document | ShadowRoot} */ (this.getRootNode());
    const isSame = this.#drawn === this.#turn;
    this.#drawn = this.#turn;
    const typed = isSame ? this.#forms.flatMap((form) => inputs(form).flatMap(({ name, value, defaultValue }) => (value === defaultValue ? [] : [{ slot: form.slot, name, value }]))) : [];
    const stops = () => [...this.querySelectorAll("input, button"), ...this.#card.querySelectorAll("button, summary, .title")];
    const focused = isSame ? stops().indexOf(/** @type {Element} */ (this.shadowRoot?.activeElement ?? root.activeElement)) : -1;
    for (const form of this.#forms.splice(0)) form.remove();
    this.#fields = 0;
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
    for (const part of [this.#card, this.#status, ...this.#forms]) part.lang = this.#wordsLanguage ?? this.#language;
    for (const { slot, name, value } of typed) {
      for (const input of inputs(this.#formOf(slot))) if (input.name === name) input.value = value;
    }
    /** @type {HTMLElement | undefined} */ (stops()[focused])?.focus();
  }

  /** @param {string} slot */
  #formOf(slot) {
    return this.#forms.find((form) => form.slot === slot);
  }

  /**
   * @param {string} title
   * @param {string} text
   * @param {(Node | null)[]} rest
   */
  #page(title, text, ...rest) {
    return [this.#title(title), text ? el("p.text", text) : null, this.#noticeNow(), ...rest];
  }

  /** @param {string} text */
  #title(text) {
    const title = this.#heading(text, "title");
    title.tabIndex = -1;
    return title;
  }

  /**
   * @param {string} text
   * @param {string} look
   * @param {number} [below] how many levels below the title
   */
  #heading(text, look, below = 0) {
    const level = Number(this.getAttribute("heading-level") ?? 2);
    return el(`h${Math.min(6, (level >= 1 && level <= 6 ? level : 2) + below)}.${look}`, text);
  }

  #noticeNow() {
    const waiting = this.#view === "sign-in" && this.client.signInToLink;
    const { kind, text } = this.#notice ?? { text: "", kind: "" };
    const said = text || (waiting ? this.#fill("logInToLink", { provider: this.#providerName(waiting) }) : "");
    return el(`p.lk-notice.said${kind && `.lk-${kind}`}`, { hidden: !said }, said);
  }

  /**
   * @param {string} text
   * @param {Work} work
   * @param {string} [look]
   * @param {string} [label]
   */
  #button(text, work, look = "lk-button", label) {
    const button = el(`button.${look}`, { type: "button", "aria-label": label }, text);
    button.addEventListener("click", () => this.#act(button, work));
    return button;
  }

  /**
   * @param {string} text
   * @param {View} view
   */
  #goTo(text, view) {
    const go = () => {
      this.#code.kind = "";
      this.#link = null;
      this.#show(view, { focus: true });
    };
    return this.#button(text, () => go, "lk-link");
  }

  #drawLoading() {
    const { loading } = this.#words;
    return [el("div.wait", { role: "img", "aria-label": loading }, el("i.lk-bar"), el("i.lk-bar"), el("i.lk-bar"))];
  }

  #drawOutage() {
    const words = this.#words;
    const text = this.#failure ? this.#say(this.#failure) : "";
    return [
      this.#title(words.outage),
      el("p.text", { role: "alert" }, text),
      this.#button(words.retry, () => () => this.#restart(), "lk-button.lk-primary"),
    ];
  }

  #drawSignIn() {
    const [words, { client }] = [this.#words, this];
    const forgot = this.#hasMail ? this.#goTo(words.forgot, "forgot") : null;
    const fields = [this.#emailField({ autocomplete: "username" }), this.#passwordField({ beside: forgot }), this.#stayBox()];
    const form = this.#form("sign-in", words.logIn, { fields, submit: words.logIn }, async ({ email, password }) => {
      const user = await client.logIn({ email, password, ...this.#choice });
      return () => this.#enter(user, "password");
    });
    return this.#page(
      words.logIn,
      "",
      client.signInToLink ? this.#button(words.doNotLink, () => () => this.#dropSignIn(), "lk-link") : null,
      // Somebody who changes their account was asked to log in again, and may not want to.
      this.#toAccount(),
      form,
      this.#providerButtons(),
      this.hasAttribute("no-sign-up") ? null : this.#foot(words.noAccount, words.signUp, "sign-up"),
    );
  }

  #toAccount() {
    return this.#user ? this.#goTo(this.#fill("loggedInAs", { name: this.#nameOf(this.#user) }), "account") : null;
  }

  #dropSignIn() {
    this.client.dropSignIn();
    this.#show(this.#user ? "account" : "sign-in", { focus: true });
  }

  #drawSignUp() {
    const [words, { client }] = [this.#words, this];
    const invite = this.getAttribute("invite") ?? "";
    const invitation = this.#field({ name: "invite", label: words.invite, autocomplete: "off", value: invite, dir: "ltr", optional: true });
    // It is shown to whoever has one, or is asked for one.
    invitation.hidden = !invite;
    const fields = [
      this.#emailField({ autocomplete: "username" }),
      this.#field({ name: "name", label: words.name, autocomplete: "name", dir: "auto" }),
      this.#passwordField({ autocomplete: "new-password", hint: words.passwordHint }),
      invitation,
      this.#stayBox(),
    ];
    return this.#page(
      words.signUpTitle,
      "",
      this.#form("sign-up", words.signUpTitle, { fields, submit: words.signUp }, async ({ email, name, password, invite }) => {
        const user = await client.signUp({ email, name, password, ...(invite && { invite }), ...this.#choice });
        return () => (user ? this.#enter(user, "sign-up") : this.#show("confirm", { focus: true }));
      }),
      this.#providerButtons(),
      this.#foot(words.hasAccount, words.logIn, "sign-in"),
    );
  }

  #stayBox() {
    return this.#asks ? checkbox("refresh", this.#words.stay, this.#stay) : null;
  }

  #drawConfirm() {
    const [words, { client }] = [this.#words, this];
    const email = client.signUpToConfirm?.email ?? this.#email;
    const form = this.#form("confirm", words.confirmTitle, { fields: this.#codeField("signup"), submit: words.confirmSubmit }, async ({ code }) => {
      const user = await client.confirmSignUp({ code });
      return () => this.#enter(user, "sign-up");
    });
    const drop = () => {
      client.dropSignUp();
      this.#show("sign-up", { focus: true });
    };
    return this.#page(
      words.confirmTitle,
      this.#fill("codeSent", { email }),
      form,
      el("div.lk-actions", this.#resend(words.resend, () => client.resendSignUp()), this.#button(words.startOver, () => drop, "lk-link")),
      this.#foot(words.hasAccount, words.logIn, "sign-in"),
    );
  }

  /**
   * @param {string} text
   * @param {() => Promise<void>} send
   * @param {string} [said]
   */
  #resend(text, send, said = this.#words.resent) {
    return this.#button(text, () => send().then(() => () => this.#notify(said, "good")), "lk-link");
  }

  #drawForgot() {
    const words = this.#words;
    return this.#page(
      words.forgotTitle,
      words.forgotText,
      this.#form("forgot", words.forgotTitle, { fields: [this.#emailField({ autocomplete: "username" })], submit: words.sendCode }, async ({ email }) => {
        await this.client.forgotPassword({ email });
        return () => this.#show("reset", { notice: this.#fill("resetSent", { email }), focus: true });
      }),
      this.#foot("", words.back, "sign-in"),
    );
  }

  #drawReset() {
    const [words, { client }] = [this.#words, this];
    const fields = [
      this.#emailField({ autocomplete: "username" }),
      ...this.#codeField("reset"),
      this.#passwordField({ label: words.newPassword, autocomplete: "new-password", hint: words.resetHint }),
    ];
    return this.#page(
      words.resetTitle,
      "",
      this.#form("reset", words.resetTitle, { fields, submit: words.resetSubmit }, async ({ email, code, password }, isAwaited) => {
        await client.resetPassword({ email, code, password });
        this.#code.kind = "";
        // The service logs nobody in by a code.
        const user = await this.#logInIf(isAwaited, email, password).catch(explained);
        return () => {
          if (user instanceof Error) this.#show("sign-in", { notice: `${words.passwordReset} ${this.#say(user)}`, focus: true });
          else if (user) this.#enter(user, "password");
        };
      }),
      this.#toAccount() ?? this.#foot("", words.back, "sign-in"),
    );
  }

  /**
   * @param {string} question
   * @param {string} text
   * @param {View} view
   */
  #foot(question, text, view) {
    return el("p.foot", question, this.#goTo(text, view));
  }

  /** The buttons of the providers, below the form: what comes late moves nothing that somebody types in. */
  #providerButtons() {
    const words = this.#words;
    const buttons = this.#providers.map((provider) => {
      const name = this.#providerName(provider);
      const text = this.#fill("continueWith", { provider: name });
      const button = this.#button(text, () => this.#leaveFor(provider, this.#choice), `lk-button.provider.${provider}`);
      button.prepend(drawing(own(LOGOS, provider) ?? LOGOS.oidc));
      return el("li", button);
    });
    if (!buttons.length) return el("div.ways", { hidden: true });
    return el(
      "div.ways.ask",
      el("div.divider", words.or),
      el("ul.list", { role: "list" }, ...buttons),
    );
  }

  /**
   * Goes to a provider's page. The button works again if the browser is still here after a while.
   *
   * @param {Provider} provider
   * @param {SignInOptions} how
   * @returns {Promise<void>}
   */
  async #leaveFor(provider, how) {
    await this.client.signInWith(provider, { returnTo: this.getAttribute("return-to") ?? "", ...how });
    await new Promise((passed) => setTimeout(passed, LEFT_WITHIN));
  }

  #drawAccount() {
    const [words, user] = [this.#words, /** @type {User} */ (this.#user)];
    const name = this.#nameOf(user);
    const isVerified = user.email_verified;
    const badge = user.email && this.#hasMail ? el(`span.badge.lk-${isVerified ? "good" : "bad"}`, isVerified ? words.confirmed : words.unconfirmed) : "";
    return [
      el(
        "div.person",
        el("span.face", { "aria-hidden": "true" }, [...(user.name ?? user.email ?? "•")][0]?.toUpperCase() ?? ""),
        el("div", this.#title(name), user.email && user.email !== name ? el("p.text", el("bdi", user.email)) : null),
      ),
      this.#noticeNow(),
      this.#linkQuestion(),
      this.#verification(user),
      el(
        "div.rows",
        this.#row("name", words.name, [user.name ?? words.none], [this.#nameForm(user)]),
        // A new address takes the code of a mail.
        this.#hasMail ? this.#row("email", words.email, [el("bdi", user.email ?? words.none), " ", badge], this.#emailForms(user)) : null,
        this.#row("password", words.password, [], [this.#newPasswordForm(user)]),
        this.#waysIn(user),
        this.#row("devices", words.devices, [], [this.#deviceList()]),
        this.#row("deletion", words.deletion, [], [el("p.text", words.deletionText), this.#deletionForm(user)]),
      ),
      el(
        "div.lk-actions.end",
        this.#button(words.logOut, (_, alone) => this.#logOut(false, alone)),
        this.#button(words.logOutEverywhere, (_, alone) => this.#logOut(true, alone)),
      ),
    ];
  }

  /**
   * @param {string} name
   * @param {string} key
   * @param {(Node | string)[]} value
   * @param {(Node | string)[]} inside
   */
  #row(name, key, value, inside) {
    const opened = this.#open === name || (name === "email" && this.#open === "email-code");
    const summary = el("summary.summary", el("span.key", key), el("span.value", ...value));
    const details = el("details", { name: this.#id, open: opened }, summary, el("div.inside", ...inside));
    details.addEventListener("toggle", () => {
      if (/** @type {HTMLDetailsElement} */ (details).open) this.#open = this.#open === "email-code" && name === "email" ? this.#open : name;
      else if (this.#open === name) this.#open = "";
    });
    const told = this.#told.part === name ? el("p.lk-notice.lk-good", this.#told.text) : null;
    return el(`div.row.${name}`, details, told);
  }

  /**
   * Finds out what has changed of the account, and returns what shows it. Whoever has no session may have lost the token by it, and
   * logs in again, by these credentials if they are known.
   *
   * @param {string} part
   * @param {string} text
   * @param {{ email?: string | null, password?: string, isAwaited?: () => boolean }} [credentials] if it is not awaited any more, the
   *   person may have logged out
   */
  async #changed(part, text, { email, password, isAwaited = () => true } = {}) {
    const { client } = this;
    let user = await client.currentUser();
    if (!user && email && password) user = await this.#logInIf(isAwaited, email, password);
    const changed = user;
    return () => {
      this.#code.kind = "";
      if (!changed) return this.#leave({ notice: `${text} ${this.#words.logInAgain}`, kind: "good", focus: true, email: email ?? this.#email });
      this.#user = changed;
      this.#open = this.#newEmail = "";
      this.#told = { part, text };
      this.#sessions = undefined;
      this.#show("account");
      this.#announce(text);
      /** @type {HTMLElement | null} */ (this.#card.querySelector(`.${part} summary`) ?? this.#card.querySelector(".title"))?.focus();
      this.#emit("user-changed", { user: changed });
    };
  }

  /**
   * Logs in by what the person has typed, unless they have gone on to something else, such as a log-out.
   *
   * @param {() => boolean} isAwaited
   * @param {string} email
   * @param {string} password
   */
  async #logInIf(isAwaited, email, password) {
    if (!isAwaited()) return null;
    const user = await this.client.logIn({ email, password, ...this.#choice });
    if (!isAwaited()) await this.client.logOut();
    return user;
  }

  /**
   * @param {boolean} everywhere
   * @param {() => void} alone
   */
  async #logOut(everywhere, alone) {
    // The tokens are gone before the response is there, and nothing that is under way may bring them back.
    alone();
    try {
      await this.client.logOut({ everywhere });
    } catch (error) {
      // With tokens from bodies the person is logged out here all the same.
      if (everywhere || (await this.client.currentUser().then(Boolean, () => true))) throw error;
    }
    return () => this.#leave({ notice: this.#words.loggedOut, focus: true });
  }

  #linkQuestion() {
    const [words, { client }, user] = [this.#words, this, /** @type {User} */ (this.#user)];
    const waiting = client.signInToLink;
    if (!waiting) return null;
    const provider = this.#providerName(waiting);
    const link = async () => {
      await client.linkSignIn();
      return this.#changed("providers", this.#fill("linked", { provider }));
    };
    return el(
      "div.lk-notice.ask",
      el("span", this.#fill("linkQuestion", { provider, account: user.email ?? this.#nameOf(user) })),
      el("div.lk-actions", this.#button(words.link, link, "lk-button.lk-primary.lk-small"), this.#button(words.doNotLink, () => () => this.#dropSignIn(), "lk-button.lk-small")),
    );
  }

  /** @param {User} user */
  #verification(user) {
    const [words, { client }] = [this.#words, this];
    if (!user.email || user.email_verified || !this.#hasMail) return null;
    const { email } = user;
    const form = this.#form("verify", undefined, { fields: this.#codeField("verify"), submit: words.confirm }, async ({ code }) => {
      await client.verifyEmail({ code });
      return this.#changed("email", words.nowConfirmed);
    });
    const sent = this.#fill("codeSent", { email });
    // Whoever signed up some time ago has no mail at hand, and an imported user never had one.
    const isSent = this.#sentTo === email;
    const resend = this.#resend(isSent ? words.resend : words.sendCode, () => client.sendVerification(), isSent ? undefined : sent);
    return el("div.lk-notice.ask.verification", this.#heading(words.verifyTitle, "subtitle", 1), isSent ? el("p.text", sent) : null, form, resend);
  }

  /** @param {User} user */
  #nameForm(user) {
    const words = this.#words;
    const field = this.#field({ name: "name", label: words.name, autocomplete: "name", value: user.name ?? "", dir: "auto" });
    return this.#form("name", undefined, { fields: [field], submit: words.save }, async ({ name }) => {
      await this.client.updateMe({ name });
      return this.#changed("name", words.nameSaved);
    });
  }

  /** @param {User} user */
  #emailForms(user) {
    const [words, { client }] = [this.#words, this];
    if (this.#open === "email-code") {
      const form = this.#form("change", undefined, { fields: this.#codeField("change"), submit: words.confirm }, async ({ code }) => {
        await client.confirmEmail({ code });
        return this.#changed("email", words.emailSaved, { email: this.#newEmail });
      });
      const other = () => {
        this.#open = "email";
        this.#show("account", { focus: "email" });
      };
      const text = this.#newEmail && el("p.text", this.#fill("codeSent", { email: this.#newEmail }));
      return [text, form, this.#button(words.startOver, () => other, "lk-link")];
    }
    const fields = [this.#emailField({ label: words.newEmail, autocomplete: "email", value: "" }), this.#currentPassword(user)];
    return [
      this.#form("email", undefined, { fields, submit: words.sendCode }, async ({ email, password }) => {
        await client.changeEmail({ email, ...(password && { password }) });
        return () => {
          [this.#newEmail, this.#open, this.#code.kind] = [email, "email-code", ""];
          this.#show("account", { focus: "change" });
          this.#announce(this.#fill("codeSent", { email }));
        };
      }),
    ];
  }

  /** @param {User} user */
  #newPasswordForm(user) {
    const words = this.#words;
    // A password manager must know whose password it is.
    const owner = el("input.lk-hidden", { type: "email", name: "email", autocomplete: "username", value: user.email ?? "", readonly: true, tabindex: "-1", "aria-hidden": "true" });
    const fields = [owner, this.#currentPassword(user), this.#passwordField({ name: "newPassword", label: words.newPassword, autocomplete: "new-password", hint: words.passwordHint })];
    return this.#form("password", undefined, { fields, submit: words.passwordChange }, async ({ password, newPassword }, isAwaited) => {
      await this.client.changePassword({ newPassword, ...(password && { password }) });
      return this.#changed("password", words.passwordSaved, { email: user.email, password: newPassword, isAwaited });
    });
  }

  /** @param {User} user */
  #deletionForm(user) {
    const words = this.#words;
    const password = this.#currentPassword(user);
    // Nobody deletes their account by one press of a button.
    const sure = user.identities.length ? checkbox("sure", words.deletionSure) : null;
    return this.#form("deletion", undefined, { fields: [password, sure], submit: words.deletionSubmit, look: "lk-danger" }, async ({ password, sure: isSure }) => {
      if (sure && !password && !isSure) return () => this.#alert("deletion", words.deletionTick);
      await this.client.deleteAccount(password ? { password } : {});
      return () => this.#leave({ notice: words.deleted, kind: "good", deleted: true, focus: true });
    });
  }

  /** @param {User} user */
  #currentPassword({ identities }) {
    const words = this.#words;
    // The API does not say whether a user with a provider also has a password.
    const mayHaveNone = identities.length > 0;
    return this.#passwordField({ label: words.currentPassword, hint: mayHaveNone ? words.noPasswordHint : undefined, optional: mayHaveNone });
  }

  /**
   * The providers that are linked or can be.
   *
   * @param {User} user
   */
  #waysIn({ identities }) {
    const [words, { client }] = [this.#words, this];
    const listed = [...new Set([...this.#providers, ...identities])].sort();
    const names = new Intl.ListFormat(this.#locale, { type: "conjunction" }).format(identities.map((provider) => this.#providerName(provider)));
    const items = listed.map((provider) => {
      const [isLinked, name] = [identities.includes(provider), this.#providerName(provider)];
      const link = () => this.#leaveFor(provider, { link: true });
      const unlink = async () => {
        await client.unlink(provider);
        return this.#changed("providers", this.#fill("unlinked", { provider: name }));
      };
      const text = isLinked ? words.unlink : words.link;
      return el(
        "li.item",
        el("div", el("p.key", name), isLinked ? el("p.value", words.isLinked) : null),
        this.#button(text, isLinked ? unlink : link, "lk-button.lk-small", `${name}: ${text}`),
      );
    });
    const row = this.#row("providers", words.waysIn, [names], [el("ul.list", { role: "list" }, ...items)]);
    row.hidden = !listed.length;
    return row;
  }

  async #loadSessions() {
    const turn = this.#turn;
    const sessions = await this.client.sessions().catch(explained);
    if (turn !== this.#turn) return;
    this.#sessions = sessions;
    this.#card.querySelector(".sessions")?.replaceWith(this.#deviceList());
  }

  #deviceList() {
    const [words, sessions] = [this.#words, this.#sessions];
    const place = el("div.sessions.ask");
    if (sessions instanceof Error) place.append(el("p.text", this.#say(sessions)));
    else if (!sessions) place.append(el("p.text", words.loading));
    else if (!sessions.length) place.append(el("p.text", words.noDevices));
    else {
      place.append(el("ul.list", { role: "list" }, ...sessions.map((session) => this.#device(session))));
      if (sessions.some(({ current }) => !current)) place.append(el("div", this.#button(words.logOutOthers, () => this.#end({ others: true }), "lk-button.lk-small")));
    }
    return place;
  }

  /** @param {Session} session */
  #device({ id, device, current, used_at }) {
    const words = this.#words;
    const [sign, known = sign] = DEVICES.find(([sign]) => device?.includes(sign)) ?? [];
    const name = known ?? (device?.split(/[ /]/, 1)[0] || words.unknownDevice);
    const time = new Intl.DateTimeFormat(this.#locale, { dateStyle: "medium", timeStyle: "short" }).format(used_at);
    return el(
      "li.item",
      el("div", el("p.key", name), el("p.value", this.#fill("lastUsed", { time }))),
      current ? el("span.badge.lk-good", words.thisDevice) : this.#button(words.logOut, () => this.#end({ id }), "lk-button.lk-small", `${name}, ${time}: ${words.logOut}`),
    );
  }

  /** @param {{ id: string } | { others: true }} which */
  async #end(which) {
    await this.client.endSessions(which);
    return this.#changed("devices", "id" in which ? this.#words.deviceLoggedOut : this.#words.othersLoggedOut);
  }

  /**
   * A form, as a child of the element, and the slot that it is shown in.
   *
   * @param {string} name
   * @param {string | undefined} label what it is called, if it is what the page is for
   * @param {{ fields: (Node | null)[], submit: string, look?: string }} content
   * @param {(values: Record<string, string>, isAwaited: () => boolean) => ReturnType<Work>} send
   */
  #form(name, label, { fields, submit, look = "lk-primary" }, send) {
    const button = el(`button.lk-button.${look}`, { type: "submit" }, submit);
    const form = /** @type {HTMLFormElement} */ (el("form.lk-form", { slot: name, "aria-label": label, novalidate: true }, ...fields, el("p.lk-notice.lk-bad", { role: "alert" }), el("p.lk-notice.lk-bad", { "aria-hidden": "true" }), button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(form, button, send);
    });
    form.addEventListener("input", ({ target }) => {
      const { name, value, checked } = /** @type {HTMLInputElement} */ (target);
      if (name === "email" && this.#view !== "account") this.#email = value;
      if (name === "refresh") this.#stay = checked;
    });
    this.append(form);
    this.#forms.push(form);
    return el("slot", { name });
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} button
   * @param {(values: Record<string, string>, isAwaited: () => boolean) => ReturnType<Work>} send
   */
  #submit(form, button, send) {
    this.#clear(form);
    // Whose password it sets is said as long as it can be set.
    if (this.#view !== "reset") this.#notify();
    const empty = inputs(form).filter(({ required, value }) => required && !value.trim());
    if (empty.length) {
      this.#mark(form, Object.fromEntries(empty.map(({ name }) => [name, this.#sentence("required")])));
      return;
    }
    for (const eye of form.querySelectorAll("[aria-pressed=true]")) /** @type {HTMLElement} */ (eye).click();
    const values = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
    const work = async (/** @type {() => boolean} */ isAwaited) => {
      const next = await send(values, isAwaited);
      return () => {
        form.reset();
        next?.();
      };
    };
    this.#act(button, work, (error) => this.#refuse(form.slot, error));
  }

  /** @param {HTMLFormElement} form */
  #clear(form) {
    clearInterval(this.#timers.get(form));
    for (const input of inputs(form)) input.ariaInvalid = null;
    for (const said of form.querySelectorAll(".lk-error, .lk-notice")) {
      said.textContent = "";
      said.classList.remove("lk-hidden");
    }
  }

  /**
   * Says what is wrong with each field, and returns whether one of them is shown.
   *
   * @param {HTMLFormElement} form
   * @param {Record<string, string>} faults
   */
  #mark(form, faults) {
    const wrong = inputs(form).filter(({ name }) => own(faults, name));
    for (const input of wrong) {
      const field = /** @type {HTMLElement} */ (input.closest(".lk-field"));
      field.hidden = false;
      input.ariaInvalid = "true";
      /** @type {HTMLElement} */ (field.querySelector(".lk-error")).textContent = faults[input.name];
    }
    wrong[0]?.focus();
    return wrong.length > 0;
  }

  /**
   * Tells in a form why what it asked for was refused. It may have been drawn again meanwhile.
   *
   * @param {string} slot
   * @param {LatchkeyError} error
   */
  #refuse(slot, error) {
    const [{ code, status, retryAfter }, form, text] = [error, this.#formOf(slot), this.#say(error)];
    if (!form) return;
    const elsewhere = this.#elsewhere(slot, code);
    if (elsewhere) return this.#show(elsewhere, { notice: text, focus: true });
    /** @type {Record<string, string>} */
    const faults = {};
    for (const name of /** @type {FieldName[]} */ (Object.keys(error.fields))) {
      const { messages } = this.#words;
      faults[name] = own(messages, error.fieldCodes[name] ?? "unknown") ?? messages.unknown ?? error.fields[name] ?? "";
    }
    const ofOne = { email_taken: "email", same_address: "email", email_domain_not_allowed: "Mit dieser Adresse kann man hier kein Konto haben. Verwenden Sie eine andere.", invalid_code: "code", invalid_invite: "invite", invite_required: "invite" };
    const field = own(ofOne, code);
    if (field) faults[field] = text;
    if (code === "invalid_credentials" && this.#view === "account") faults.password = this.#words.wrongPassword;
    if (this.#mark(form, faults)) return;
    if (status === 429 && retryAfter) this.#wait(form, retryAfter);
    else this.#alert(slot, text);
  }

  /**
   * Where somebody goes on who was refused with this code.
   *
   * @param {string} slot
   * @param {string} code
   * @returns {View | undefined}
   */
  #elsewhere(slot, code) {
    if (slot === "confirm") return code === "email_taken" ? "sign-in" : code === "sign_up_expired" ? "sign-up" : undefined;
    if (!this.#hasMail) return undefined;
    return code === "email_not_verified" ? "reset" : code === "password_reset_required" ? "forgot" : undefined;
  }

  /**
   * @param {string} slot
   * @param {string} text
   */
  #alert(slot, text) {
    const alert = this.#formOf(slot)?.querySelector("[role=alert]");
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
    const [alert, ticks] = form.querySelectorAll(".lk-notice");
    const tell = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0 || !form.isConnected) {
        this.#clear(form);
        if (form.isConnected) this.#announce(this.#words.waited);
        return;
      }
      const [unit, count] = left > 90 ? ["minute", Math.ceil(left / 60)] : ["second", left > 10 ? Math.ceil(left / 10) * 10 : left];
      const time = new Intl.NumberFormat(this.#locale, { style: "unit", unit, unitDisplay: "long" }).format(count);
      ticks.textContent = this.#fill("wait", { time });
    };
    tell();
    alert.textContent = ticks.textContent;
    alert.classList.add("lk-hidden");
    this.#timers.set(form, setInterval(tell, 1000));
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
    const id = `${this.#id}-${name}-${++this.#fields}`;
    const [errorId, hintId] = [`${id}-error`, `${id}-hint`];
    const about = { id, required: !optional, "aria-describedby": hint ? `${errorId} ${hintId}` : errorId };
    const input = /** @type {HTMLInputElement} */ (el("input.lk-input", { name, type, autocomplete, value, dir, ...about, ...more }));
    if (button) button.addEventListener("click", () => reveal(button, input));
    return el(
      "div.lk-field",
      el("label.lk-label", { for: id }, label),
      button ? el("div.lk-wrap", input, button) : input,
      el("p.lk-error", { id: errorId }),
      hint ? el("p.lk-hint", { id: hintId }, hint) : null,
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
    const button = el("button.lk-eye", { type: "button", "aria-label": showPassword, "aria-pressed": "false" }, drawing([[EYE]]));
    return this.#field({ name: "password", label: password, type: "password", autocomplete: "current-password", button, ...field });
  }

  /**
   * The field for a code. If a link has brought one, there is nothing to see in it, unless it is refused.
   *
   * @param {string} kind
   */
  #codeField(kind) {
    const code = this.#code.kind === kind ? this.#code.code : "";
    const more = { inputmode: "numeric", spellcheck: "false", autocapitalize: "off" };
    const field = this.#field({ name: "code", label: this.#words.code, autocomplete: "one-time-code", value: code, dir: "ltr", more });
    field.hidden = Boolean(code);
    return code ? [field, el("p.lk-hint.lk-filled", this.#words.codeFilled)] : [field];
  }

  /**
   * What to call somebody: a provider may give neither a name nor an address.
   *
   * @param {User} user
   */
  #nameOf({ name, email }) {
    return name ?? email ?? this.#words.account;
  }
}

/**
 * An element. What is a class to the style sheets is a part to the page.
 *
 * @param {string} tag with its classes, such as `p.text`
 * @param {(Node | string | Record<string, string | boolean | undefined> | null)[]} content attributes and children
 * @returns {HTMLElement}
 */
function el(tag, ...content) {
  const [name, ...classes] = tag.split(".");
  const isDrawn = name === "svg" || name === "path";
  const node = /** @type {HTMLElement} */ (isDrawn ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name));
  if (classes.length) {
    node.className = classes.join(" ");
    node.part.value = node.className.replaceAll("lk-", "");
  }
  for (const item of content) {
    if (item instanceof Node || typeof item === "string") node.append(item);
    else for (const [name, value] of Object.entries(item ?? {})) if (value || value === "") node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

/**
 * @param {string} name
 * @param {string} label
 * @param {boolean} [checked]
 */
function checkbox(name, label, checked = false) {
  return el("label.lk-check", el("input", { type: "checkbox", name, checked }), label);
}

/**
 * The fields of a form, without its boxes to tick.
 *
 * @param {Element} [form]
 */
function inputs(form) {
  return /** @type {HTMLInputElement[]} */ ([...(form?.querySelectorAll(".lk-input") ?? [])]);
}

/**
 * Something on the grid of the logos.
 *
 * @param {[d: string, fill?: string][]} paths
 */
function drawing(paths) {
  const drawn = paths.map(([d, fill]) => el("path", { d, fill }));
  return el("svg", { viewBox: "0 0 72 72", "aria-hidden": "true" }, ...drawn);
}

/**
 * @param {HTMLElement} button
 * @param {HTMLInputElement} input
 */
function reveal(button, input) {
  const isShown = input.type === "text";
  input.type = isShown ? "password" : "text";
  button.ariaPressed = String(!isShown);
}

/**
 * The error, as the client explains it. Others are faults in a program, which the browser reports as such. A page may hold two copies
 * of the client's file.
 *
 * @param {unknown} error
 */
function explained(error) {
  if (error instanceof Error && error.name === "LatchkeyError") return /** @type {LatchkeyError} */ (error);
  reportError(error);
  return new LatchkeyError({ message: MESSAGES.unknown ?? "", code: "unknown", cause: error });
}

/** @param {string} text */
function warn(text) {
  console.warn(`<latchkey-sign-in>: ${text}`);
}

if (globalThis.customElements && !customElements.get("latchkey-sign-in")) customElements.define("latchkey-sign-in", LatchkeySignIn);
