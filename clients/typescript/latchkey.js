// Latchkey's client: one file, no dependencies, no build step. Copy it into your app, or install it as a package, where
// its types come along.
//
//   import { Latchkey } from "./latchkey.js";
//
//   const latchkey = new Latchkey({ baseUrl: "https://api.example.com" });
//   await latchkey.logIn({ email, password });
//   const user = await latchkey.me();

/** @typedef {import("./openapi.js").components["schemas"]} Schemas */
/** @typedef {Schemas["User"]} User `created_at` is in milliseconds since 1970 */
/** @typedef {Schemas["Signup"]} Signup */
/** @typedef {Schemas["Login"]} Login */
/** @typedef {Schemas["Session"]} Session times are in milliseconds since 1970 */
/** @typedef {Schemas["FieldName"] | `profile.${string}`} FieldName */
/** @typedef {Schemas["FieldError"]["code"]} FieldCode */
/** @typedef {Schemas["Provider"]} Provider */
/**
 * Why a person came back from a provider without a sign-in, or could not go there: `storage_denied`.
 *
 * @typedef {"sign_in_cancelled" | "sign_in_expired" | "provider_refused" | "provider_unavailable" | "storage_denied"} SignInErrorCode
 */
/**
 * What to decide by. `unreachable`: no response came. `unknown`: the response names no code, as API Gateway's own do.
 * `sign_up_expired`: no sign-up of this browser waits for a code any more.
 *
 * @typedef {Schemas["Code"] | SignInErrorCode | "sign_up_expired" | "unreachable" | "unknown"} ErrorCode
 */
/**
 * Sentences for people, by the code of an error or of a field's error. In the sentences of `sign_in_cancelled`, `provider_refused`
 * and `provider_unavailable`, `{provider}` stands for the provider's name.
 *
 * @typedef {Partial<Record<ErrorCode | FieldCode, string>>} Messages
 */
/**
 * @typedef {object} SignUpToConfirm
 * @property {string} email where the mail with the code went
 * @property {number} until how long the sign-up waits, in milliseconds since 1970
 */
/**
 * What a code in a mail is for: to finish a sign-up, to prove the address of an account or a new one, or to set a new password.
 *
 * @typedef {"signup" | "verify" | "change" | "reset"} MailKind
 */
/**
 * @typedef {object} MailLink
 * @property {MailKind} kind
 * @property {string} code
 * @property {string | null} email whose password is to be set, with the kind `reset`
 */
/**
 * @typedef {object} FinishedSignIn
 * @property {Provider} provider
 * @property {boolean} linked whether the provider was linked to the account that was logged in, rather than logged in with
 * @property {string} from the address of the page on which `signInWith` was called
 */
/**
 * @typedef {object} Options
 * @property {string} [baseUrl] where the API is, without a trailing slash; the page's own origin if it is left out
 * @property {"body" | "cookie"} [transport] how tokens travel: in bodies, to be kept in `storage`, or in cookies that no
 *   script can read, which works if the API is same-site with the page
 * @property {boolean} [refresh] whether a log-in begins a session: a short token, renewed by itself until the session ends
 * @property {Pick<Storage, "getItem" | "setItem" | "removeItem">} [storage] where tokens from bodies are kept, and when to
 *   renew them. By default the page's `localStorage`, or its memory if the browser denies that. Outside of a page, such as
 *   on a server, there is none: pass one for each user, or they would share their tokens. A duplicated tab gets a copy of
 *   `sessionStorage`, and two copies of one session end it: do not use it with `refresh`
 * @property {typeof globalThis.fetch} [fetch] what sends requests
 * @property {Messages} [messages] the sentences that errors have, in place of the English ones: those of another language
 */
/**
 * @typedef {object} SignInOptions
 * @property {string} [returnTo] where to come back to: one of the deployment's `OAUTH_RETURN_URLS`, to the letter, or a
 *   path on this origin that makes one. By default this page, without its query
 * @property {boolean} [link] whether to link the provider to the account that is logged in, rather than log in with it
 * @property {boolean} [refresh] says for this sign-in what the option of that name says for all
 */
/**
 * A sign-in that has begun, which has a code once the person has come back.
 *
 * @typedef {{ api: string, provider: Provider, verifier: string, refresh: boolean, user?: string, from: string }} Begun
 * @typedef {Begun & { code: string, since: number }} Returned
 */
/**
 * A sign-up that waits for the code of a mail, as it is stored.
 *
 * @typedef {{ api: string, signupId: string, email: string, until: number, refresh: boolean }} StoredSignUp
 */
/**
 * @typedef {object} Change
 * @property {boolean} elsewhere whether another tab made it, or it was made while the browser kept this page aside
 * @property {"login" | "logout" | "renewal" | "unknown"} kind what happened. `renewal`: whoever was logged in still is, with new
 *   tokens. `unknown`: tokens changed elsewhere, which may be a renewal or a log-in of somebody else
 */

/**
 * Why a call did not do what it was asked to. `message` is a sentence for the person in front of the page. It says nothing of
 * requests: what a developer must know is in `detail`.
 */
export class LatchkeyError extends Error {
  /**
   * @param {object} why
   * @param {string} why.message
   * @param {string} [why.detail]
   * @param {number} [why.status]
   * @param {ErrorCode} [why.code]
   * @param {Partial<Record<FieldName, string>>} [why.fields]
   * @param {Partial<Record<FieldName, FieldCode>>} [why.fieldCodes]
   * @param {number} [why.retryAfter]
   * @param {string} [why.requestId]
   * @param {unknown} [why.cause]
   */
  constructor({ message, detail = message, status = 0, code = "unreachable", fields = {}, fieldCodes = {}, retryAfter, requestId, cause }) {
    super(message, { cause });
    this.name = "LatchkeyError";
    /** What happened, for a developer: the service's own words, and what to look at if no response came. Show it to nobody else. */
    this.detail = detail;
    /** The HTTP status; 0 if no response came. */
    this.status = status;
    /** What went wrong. */
    this.code = code;
    /** What is wrong with each field, in words: only with `validation_failed`. */
    this.fields = fields;
    /** The code of what is wrong with each field, to decide by. */
    this.fieldCodes = fieldCodes;
    /** The seconds to wait before the next attempt. */
    this.retryAfter = retryAfter;
    /** What the service calls this request in its log. */
    this.requestId = requestId;
  }
}

/**
 * The keys in Web Storage with the transport `body`. `TOKEN` is also written by apps and copies of this file that know no
 * sessions. `SESSION` names the token that it belongs to, so that it never renews another one.
 */
const TOKEN = "authToken";
const SESSION = "latchkeySession";
/**
 * The API that issued the stored token, with that token: `{ authToken, api }`. A token without it counts as issued by any API: apps
 * and older copies of this file store no more than the token.
 */
const TOKEN_OF = "latchkeyTokenOf";
/** The tokens that a log-out could not end, each with its API, and how many of them are kept. */
const LEFT_TO_END = "latchkeyLeftToEnd";
const MOST_LEFT = 4;
/** With the transport `cookie`: when cookies came, and if there is a session when to renew them, in milliseconds since 1970. */
const COOKIE_SINCE = "authCookieSince";
const REFRESH_AT = "authTokenRefreshAt";

/**
 * A session, as it is stored. Its token is to be renewed at `refreshAt`, in milliseconds since 1970.
 *
 * @typedef {{ authToken: string, refreshToken: string, refreshAt: number, api?: string }} StoredSession
 */

/**
 * The keys in `sessionStorage`, which survives the way to a provider and back and belongs to one tab: the sign-in that has
 * begun, and the one that waits to be linked.
 */
const SIGN_IN = "latchkeySignIn";
const SIGN_IN_TO_LINK = "latchkeySignInToLink";
/** How long a code can be used, in milliseconds. The service knows it to the second. */
const CODE_LIFETIME = 600_000;
/**
 * The key in the storage of tokens of the sign-up that waits for the code of a mail. The link of that mail opens a new tab, which
 * finds it there, and a program that looks at the mail elsewhere does not.
 */
const SIGN_UP = "latchkeySignUp";
/**
 * What the links of mails may be for.
 *
 * @type {readonly MailKind[]}
 */
const MAIL_KINDS = ["signup", "verify", "change", "reset"];

/**
 * What people call the providers.
 *
 * @type {Readonly<Record<Provider, string>>}
 */
export const PROVIDER_NAMES = Object.freeze({
  google: "Google",
  github: "GitHub",
  facebook: "Facebook",
  x: "X",
  oidc: "single sign-on",
});

/**
 * The codes of errors that say that nobody is logged in (any more). A 401 without a code may come from a proxy, and says nothing of
 * the token.
 *
 * @type {readonly ErrorCode[]}
 */
export const LOGGED_OUT = Object.freeze(["missing_token", "expired_token", "invalid_token", "invalid_refresh_token"]);

/** What to tell people if the app or the deployment is at fault, and how these are told by the status and by the code. */
const BROKEN = "This does not work at the moment. Tell the people who run this service.";
const BROKEN_STATUS = [400, 405, 413, 415];
/** @internal */
export const BROKEN_CODES = (
  "malformed_request malformed_body unknown_token_transport token_transport_required no_issuer no_keys_yet origin_not_allowed " +
  "origin_required return_url_not_allowed confirmation_is_off body_too_large unsupported_media_type wrong_type too_deep invalid_session_id"
).split(" ");

/**
 * What to tell people where the service speaks to developers, or does not speak. Other codes have the service's own sentence. The
 * option `messages` takes the place of both.
 *
 * @type {Readonly<Messages>}
 */
export const MESSAGES = Object.freeze({
  sign_in_cancelled: "You cancelled signing in with {provider}. Try again, or choose another way.",
  sign_in_expired: "That took too long, or began in another window. Start again.",
  provider_refused: "Signing in with {provider} does not work at the moment. Choose another way, or try again later.",
  provider_unavailable: "{provider} did not respond. Try again in a moment, or choose another way.",
  storage_denied: "This browser keeps no data for this page, so you cannot sign in this way. Allow that, or use a password.",
  sign_up_expired: "That took too long, or began in another browser. Sign up again.",
  unreachable: "The service cannot be reached. Check your connection, and try again in a moment.",
  unknown: "Something went wrong. Try again in a moment.",
  internal_error: "Something went wrong. Try again in a moment.",
  unavailable: "The service has trouble at the moment. Try again in a few minutes.",
  too_many_attempts: "There were too many attempts. Try again in a few minutes.",
  validation_failed: "Something in the form needs to be corrected.",
  missing_token: "You are not logged in. Log in first.",
  expired_token: "You were logged out. Log in again.",
  invalid_token: "You were logged out. Log in again.",
  invalid_refresh_token: "You were logged out. Log in again.",
  refresh_superseded: "Something went wrong. Try again in a moment.",
  reauthentication_required: "To do this, log in again first.",
  unknown_provider: "You cannot sign in this way here. Choose another one.",
  required: "Fill this in.",
  ...Object.fromEntries(BROKEN_CODES.map((code) => [code, BROKEN])),
});

/** What to tell whoever comes back from a provider that gave the address of another account. */
const TAKEN = "An account with this email address exists. Log in to it to link {provider}.";
/** What to tell whoever comes back with an error that is not known here. */
const FAILED = "Signing in with {provider} did not work. Try again.";

/** The names of this machine, each of which is a site of its own. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** What tabs hold while they change the tokens. */
const LOCK = "latchkey";
/** No response comes after this many milliseconds: API Gateway ends a request after 30 s. */
const LONGEST_REFRESH = 35_000;
/**
 * How long a tab waits for others, in milliseconds. After that it goes on: the service bears several at once. Cookies of a
 * response that comes later would take the place of newer ones, so with them it waits until none can come.
 */
const LOCK_WAIT = { body: 10_000, cookie: LONGEST_REFRESH };
/** The share of its lifetime after which a token is renewed. */
const RENEWED_AFTER = 0.8;
/** How long to wait before a failed refresh is tried again, in milliseconds; it doubles with each failure. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
/** How long another tab may need until what it has received is stored and seen here, in milliseconds. */
const OTHER_TAB_STORES = 1000;
/** What another tab has stored is seen here so many milliseconds later at the latest, as a rule. */
const SEEN_AFTER = 100;
/** A lock that is free is granted in fewer milliseconds. */
const GRANTED_AT_ONCE = 10;

/**
 * The sign-ins that are being finished, by API. A page has one return URL, whatever number of clients and calls.
 *
 * @type {Map<string, Promise<FinishedSignIn | null>>}
 */
const FINISHING = new Map();

/** The service, called with a token that is kept in one of two places. */
export class Latchkey {
  #baseUrl;
  #api;
  #transport;
  #withRefresh;
  #canKeepTokens;
  #messages;
  #store;
  #fetch;
  /**
   * The refresh that is under way in this tab.
   *
   * @type {Promise<void> | undefined}
   */
  #refreshing;
  /** Whether the cookies are known to hold no session. */
  #hasNoSession = false;
  /** How often a refresh failed in a row, until when none is tried, and why. */
  #failures = 0;
  #waitUntil = 0;
  /** @type {LatchkeyError | undefined} */
  #failure;
  /** @type {Set<(change: Change) => void>} */
  #listeners = new Set();
  /**
   * The address of a sign-up that may have gone through although it failed here.
   *
   * @type {string | undefined}
   */
  #maybeSignedUp;

  /** @param {Options} [options] */
  constructor({ baseUrl = "", transport = "body", refresh = false, storage, fetch = globalThis.fetch, messages = {} } = {}) {
    const isInPage = Boolean(globalThis.document);
    this.#messages = messages;
    this.#baseUrl = baseUrl;
    this.#api = globalThis.document ? new URL(`${baseUrl}/`, document.baseURI).href : `${baseUrl}/`;
    this.#transport = transport;
    this.#withRefresh = refresh;
    this.#canKeepTokens = transport === "cookie" || Boolean(storage) || isInPage;
    this.#store = new Store(storage ?? (isInPage ? localStorageIfAllowed() : undefined));
    /** @type {typeof globalThis.fetch} */
    this.#fetch = (...request) => fetch(...request);
    const hint = this.#cookieHint;
    if (hint) console.warn(`Latchkey: ${hint}`);
    this.#endLeft().catch(() => {});
  }

  /** The token, or `null` if there is none or it is in a cookie. It may have expired: see `freshToken`. */
  get token() {
    return this.#isInBody && !this.#isOfOther ? this.#store.get(TOKEN) : null;
  }

  /**
   * The token for a request to an API of your own, renewed first if it expires soon. `null` if there is none or it is in a
   * cookie, which is then renewed too.
   *
   * @returns {Promise<string | null>}
   */
  async freshToken() {
    await this.#renewIfDue();
    return this.token;
  }

  /**
   * Makes an account, logs in and returns the user. If a response got lost, call it again: if the account is there by then, that
   * logs in.
   *
   * If the deployment makes accounts for confirmed addresses alone, this logs nobody in and returns `null`. Then
   * `signUpToConfirm` is the sign-up, which waits for `confirmSignUp` with the code of a mail.
   *
   * @param {Signup} person
   * @returns {Promise<User | null>}
   */
  async signUp({ name, email, password, profile, invite, refresh = this.#withRefresh }) {
    try {
      const body = { name, email, password, profile, ...(invite && { invite }), ...(refresh && { refresh }) };
      const begun = await this.#enter("/auth/signup", body);
      if (begun) this.#keepSignUp({ ...begun, email, refresh });
      const user = begun ? null : await this.me();
      this.#maybeSignedUp = undefined;
      return user;
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      // The account that a lost response told of has used the invitation up.
      const isThere = error.code === "email_taken" || error.code === "invalid_invite";
      if (!isThere || this.#maybeSignedUp !== email) {
        this.#maybeSignedUp = error.status === 0 || error.status >= 500 ? email : undefined;
        throw error;
      }
      // Whoever has the address but another password is somebody else: for them it simply is taken.
      const user = await this.logIn({ email, password, refresh }).catch((refusal) => {
        throw refusal.code === "invalid_credentials" ? error : refusal;
      });
      this.#maybeSignedUp = undefined;
      return user;
    }
  }

  /**
   * The sign-up that waits for `confirmSignUp`, or `null`. It is kept where tokens are, and with cookies in the same storage: a
   * tab that the link of the mail has opened knows it too.
   *
   * @returns {SignUpToConfirm | null}
   */
  get signUpToConfirm() {
    const signUp = this.#storedSignUp;
    return signUp && { email: signUp.email, until: signUp.until };
  }

  /**
   * Ends a sign-up with the code of its mail, digits or link: makes the account, logs in and returns the user. If it fails with `email_taken`, let
   * the person log in: meanwhile they have made an account. If the response got lost and the next try fails with
   * `invalid_code`, the account is there: let them log in too.
   *
   * @param {{ code: string }} proof
   * @returns {Promise<User>}
   */
  async confirmSignUp({ code }) {
    const { signupId, refresh } = this.#signUpInTime();
    try {
      await this.#enter("/auth/signup/confirm", { signupId, code, ...(refresh && { refresh }) });
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === "email_taken") this.dropSignUp();
      throw error;
    }
    return await this.me();
  }

  /** Sends the mail of the sign-up that waits once more. */
  async resendSignUp() {
    const { signupId } = this.#signUpInTime();
    await this.#send("POST", "/auth/signup/resend", { body: { signupId } });
  }

  /** Drops a sign-up that waits for its code. */
  dropSignUp() {
    this.#store.put(SIGN_UP, undefined);
  }

  /**
   * Logs in and returns the user. `refresh` says for this log-in what the option of that name says for all.
   *
   * If only the response about the user gets lost, this fails although the person is logged in. Call it again, or `me`.
   *
   * @param {Login} credentials
   * @returns {Promise<User>}
   */
  async logIn({ email, password, refresh = this.#withRefresh }) {
    await this.#enter("/auth/login", { email, password, ...(refresh && { refresh }) });
    return await this.me();
  }

  /**
   * The providers that people can sign in with here: which buttons to show.
   *
   * @returns {Promise<Provider[]>}
   */
  async providers() {
    try {
      const fits = (/** @type {any} */ said) => isList(said.providers, "string");
      return (await this.#send("GET", "/auth/oauth", { fits })).providers;
    } catch (error) {
      // A deployment without a provider does not have the route.
      if (error instanceof LatchkeyError && error.status === 404) return [];
      throw error;
    }
  }

  /**
   * Leaves this page for a provider's. The person comes back to `returnTo`, where `finishSignIn` goes on.
   *
   * @param {Provider} provider
   * @param {SignInOptions} [options]
   */
  async signInWith(provider, { returnTo = "", link = false, refresh = this.#withRefresh } = {}) {
    if (!globalThis.document || !globalThis.crypto?.subtle) {
      throw new Error("A sign-in with a provider needs a page over https or on localhost.");
    }
    const user = link ? (await this.me()).id : undefined;
    const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
    if (!storeSignIn(SIGN_IN, { api: this.#baseUrl, provider, verifier, refresh, user, from: location.href })) {
      throw this.#error("storage_denied", {});
    }
    const query = new URLSearchParams({ return_to: absolute(returnTo), code_challenge: challenge });
    location.assign(`${this.#baseUrl}/auth/oauth/${provider}?${query}`);
  }

  /**
   * Ends a sign-in on the page to which the person comes back. Call it whenever that page is loaded: `null` says that
   * nobody has come back. If this tab has begun one, the code leaves the address bar and the history at once. If not, a `code` or an
   * `error` of your own stays there.
   *
   * If no response came, or a 429 or 5xx, call it again when the person tries again. If it fails with `email_taken`, or
   * while linking with `reauthentication_required`, let the person log in, then call `linkSignIn`.
   *
   * @returns {Promise<FinishedSignIn | null>}
   */
  finishSignIn() {
    const [all, api] = [FINISHING, this.#baseUrl];
    const finishing = all.get(api) ?? this.#finishSignIn().finally(() => all.delete(api));
    all.set(api, finishing);
    return finishing;
  }

  /**
   * The provider whose sign-in waits for `linkSignIn`, or `null`. It waits for ten minutes, while the person logs in with a
   * password or another provider.
   */
  get signInToLink() {
    return signInToLink(this.#baseUrl)?.provider ?? null;
  }

  /**
   * Links the provider of a sign-in that waits to the account that is logged in. Ask the person first and name the account:
   * whoever has logged in by now need not be who came back from the provider, and that one is in this account afterwards.
   */
  async linkSignIn() {
    const signIn = signInToLink(this.#baseUrl);
    if (!signIn) throw this.#signInError("sign_in_expired");
    await this.#link(SIGN_IN_TO_LINK, signIn);
  }

  /** Drops a sign-in that waits to be linked. */
  dropSignIn() {
    storeSignIn(SIGN_IN_TO_LINK, null);
  }

  /**
   * Ends signing in with a provider to the account that is logged in. All its other sessions end, and every token without
   * a session: whoever has none must log in again.
   *
   * @param {Provider} provider
   */
  async unlink(provider) {
    await this.#sendWithToken("POST", "/auth/oauth/unlink", { provider });
  }

  /**
   * Who is logged in. Fails with `missing_token` if nobody is, without a request if there is no token. With cookies only the
   * service knows that.
   *
   * @returns {Promise<User>}
   */
  async me() {
    return await this.#sendWithToken("GET", "/auth/me", undefined, isUser);
  }

  /**
   * Who is logged in, or `null` if nobody is. It fails if that is not known, as when the service cannot be reached or has trouble:
   * do not show the log-in form then, but offer to try again.
   *
   * @returns {Promise<User | null>}
   */
  async currentUser() {
    return await this.me().catch((error) => {
      if (endsToken(error)) return null;
      throw error;
    });
  }

  /**
   * Changes what is known of whoever is logged in: their name, and the fields of their profile, of which `null` takes one away.
   *
   * @param {{ name?: string, profile?: Record<string, unknown> }} changes
   * @returns {Promise<User>} as they are now
   */
  async updateMe(changes) {
    return await this.#sendWithToken("PATCH", "/auth/me", changes, isUser);
  }

  /**
   * Changes the password of whoever is logged in, who must give the one they have. Whoever has none leaves `password` out, and
   * must have logged in within the last ten minutes. All other sessions end, and every token without a session: whoever has
   * none must log in again.
   *
   * @param {{ password?: string, newPassword: string }} passwords
   */
  async changePassword(passwords) {
    await this.#sendWithToken("POST", "/auth/password/change", passwords);
  }

  /**
   * Sends a code by mail with which `resetPassword` sets a new password, if the address has an account. Whether it has one shows
   * nowhere but in the mailbox.
   *
   * @param {{ email: string }} account
   */
  async forgotPassword({ email }) {
    await this.#send("POST", "/auth/password/forgot", { body: { email } });
  }

  /**
   * Sets a new password with the code of a mail, digits or link. This logs nobody in. Every session and every token of the
   * account ends, and every linked provider is unlinked.
   *
   * @param {{ email: string, code: string, password: string }} reset
   */
  async resetPassword({ email, code, password }) {
    await this.#send("POST", "/auth/password/reset", { body: { email, code, password } });
  }

  /** Sends a code by mail with which `verifyEmail` proves the address of whoever is logged in. */
  async sendVerification() {
    await this.#sendWithToken("POST", "/auth/email/verify/send");
  }

  /**
   * Proves the address of whoever is logged in with the code of a mail, digits or link.
   *
   * @param {{ code: string }} proof
   */
  async verifyEmail({ code }) {
    await this.#sendWithToken("POST", "/auth/email/verify", { code });
  }

  /**
   * Sends a code to another address, which `confirmEmail` then gives to whoever is logged in. They must give their password.
   * Whoever has none leaves it out, and must have logged in within the last ten minutes.
   *
   * @param {{ email: string, password?: string }} change
   */
  async changeEmail(change) {
    await this.#sendWithToken("POST", "/auth/email/change", change);
  }

  /**
   * Gives whoever is logged in the other address, with the code of the mail to it, digits or link. All other sessions end, and
   * every token without a session: whoever has none must log in again.
   *
   * @param {{ code: string }} proof
   */
  async confirmEmail({ code }) {
    await this.#sendWithToken("POST", "/auth/email/change/confirm", { code });
  }

  /**
   * Takes the code of a mail's link out of the address of the page, and of the history. Call it whenever a page to which links of
   * mails lead is loaded, and at each `hashchange`: `null` says that nobody has come by a link. Put the code into the form of its
   * kind, and let the person send that: programs open the links of mails too.
   *
   * @returns {MailLink | null}
   */
  takeMailLink() {
    if (!globalThis.document) return null;
    const said = new URLSearchParams(location.hash.slice(1));
    const [code, email] = [said.get("code"), said.get("email")];
    const kind = MAIL_KINDS.find((kind) => kind === said.get("kind"));
    if (!kind || !code) return null;
    history.replaceState(history.state, "", location.pathname + location.search);
    return { kind, code, email };
  }

  /**
   * Deletes the account of whoever is logged in, who must give their password. Whoever has none leaves it out, and must have
   * logged in within the last ten minutes.
   *
   * @param {{ password?: string }} [proof]
   */
  async deleteAccount(proof = {}) {
    await this.#sendWithToken("POST", "/auth/account/delete", proof);
    this.#forgetAll();
  }

  /**
   * The sessions of whoever is logged in, the last used first.
   *
   * @returns {Promise<Session[]>}
   */
  async sessions() {
    return (await this.#sendWithToken("GET", "/auth/sessions", undefined, ({ sessions }) => isList(sessions, "object"))).sessions;
  }

  /**
   * Ends one session, or all others and every token without a session but this one.
   *
   * @param {{ id: string } | { others: true }} which
   */
  async endSessions(which) {
    await this.#sendWithToken("POST", "/auth/sessions/end", which);
  }

  /** Renews the tokens of a session now, as after a change of what they say about the user. */
  async renew() {
    await this.#dropStray();
    if (!this.#canRenew) {
      throw this.#error("invalid_refresh_token", { status: 401, detail: "There is no session." });
    }
    await this.#refresh(this.#mark);
  }

  /**
   * Calls `listener` whenever somebody has logged in or out or tokens were renewed, in this tab or in another. `kind` says which.
   *
   * @param {(change: Change) => void} listener
   * @returns {() => void} stops that
   */
  onChange(listener) {
    const [own, stopped] = [(/** @type {Change} */ change) => listener(change), new AbortController()];
    const { signal } = stopped;
    this.#listeners.add(own);
    const heard = (/** @type {StorageEvent} */ { key, oldValue, newValue, storageArea }) => {
      if (storageArea !== this.#store.area) return;
      if (key === null) own({ elsewhere: true, kind: "logout" });
      if (key !== this.#markedBy) return;
      own({ elsewhere: true, kind: newValue === null ? "logout" : oldValue === null ? "login" : "unknown" });
    };
    globalThis.addEventListener?.("storage", heard, { signal });
    // A page that the browser kept aside for "Back" has heard nothing meanwhile.
    const shown = (/** @type {PageTransitionEvent} */ { persisted }) => persisted && own({ elsewhere: true, kind: "unknown" });
    globalThis.addEventListener?.("pageshow", shown, { signal });
    return () => {
      this.#listeners.delete(own);
      stopped.abort();
    };
  }

  /**
   * Logs out: this browser forgets the tokens, and the service ends them and their session. With tokens from bodies the
   * person is logged out here even if the service cannot be reached. The call then fails, and what is left is ended by the
   * next log-out, log-in or page. Only the service can take back cookies, so with them try again.
   *
   * With `everywhere` every session and every token of the user ends, on all devices. If that fails, the tokens are kept
   * for another try.
   *
   * @param {{ everywhere?: boolean }} [options]
   */
  async logOut({ everywhere = false } = {}) {
    const [mark, token, session] = [this.#mark, this.token, this.#session];
    for (const key of [SIGN_IN, SIGN_IN_TO_LINK]) storeSignIn(key, null);
    if (this.#isInBody && !everywhere) {
      // Nobody is to stay logged in, whoever the stored session is of.
      const tokens = [this.#storedSession?.refreshToken, session ? null : token];
      this.#setLeft([...this.#left, ...tokens.flatMap((token) => (token ? [`${token} ${this.#api}`] : []))]);
      if (!this.#isOfOther) this.#forgetAll();
      return await this.#endLeft();
    }
    if (everywhere) this.#needToken();
    const body = everywhere ? { everywhere, ...(session && { refreshToken: session.refreshToken }) } : undefined;
    const send = () => this.#sendLogOut({ token, body });
    if (everywhere) {
      await this.#changingTokens(send).catch((error) => {
        if (endsToken(error)) this.#forget(mark);
        throw error;
      });
      this.#forget(mark);
      this.#endLeft().catch(() => {});
    } else {
      await this.#changingTokens(send);
      this.#forgetAll();
    }
  }

  /** @param {{ token?: string | null, body?: object }} content */
  async #sendLogOut(content) {
    // A page that goes elsewhere right after must not take the request back.
    await this.#send("POST", "/auth/logout", { ...content, keepalive: true });
  }

  /** @returns {string[]} the tokens that a log-out could not end, each followed by a space and its API */
  get #left() {
    const left = this.#isInBody ? parsed(this.#store.get(LEFT_TO_END) ?? "") : null;
    return Array.isArray(left) ? left : [];
  }

  /** @param {string[]} left */
  #setLeft(left) {
    this.#store.put(LEFT_TO_END, left.length ? JSON.stringify(left.slice(-MOST_LEFT)) : undefined);
  }

  /** Ends what log-outs could not. What the service has responded to is dropped, and the rest is kept for the next time. */
  async #endLeft() {
    const ends = this.#left.map(async (entry) => {
      const [token, api = this.#api] = entry.split(" ");
      if (api !== this.#api) return;
      const content = token.startsWith("lkr1.") ? { body: { refreshToken: token } } : { token };
      const failure = await this.#sendLogOut(content).catch((error) => error);
      if (!failure || !mayPass(failure)) this.#setLeft(this.#left.filter((left) => left !== entry));
      if (failure) throw failure;
    });
    await Promise.all(ends);
  }

  get #isInBody() {
    return this.#transport === "body";
  }

  /** Whether another API issued the stored token. It must not get there. */
  get #isOfOther() {
    const of = parsed(this.#store.get(TOKEN_OF) ?? "");
    return of?.authToken === this.#store.get(TOKEN) && of?.api !== this.#api;
  }

  /**
   * The session of the stored token. One of another token does not count.
   *
   * @returns {StoredSession | null}
   */
  get #session() {
    const session = this.#storedSession;
    return session?.authToken === this.token ? session : null;
  }

  /**
   * The session at this API, of whichever token.
   *
   * @returns {StoredSession | null}
   */
  get #storedSession() {
    const session = this.#isInBody ? parsed(this.#store.get(SESSION) ?? "") : null;
    return (session?.api ?? this.#api) === this.#api ? session : null;
  }

  /**
   * Drops a session of another token than the one that is stored: something that knows no sessions has logged somebody in
   * or out. It may also be that another tab has stored one of the two and not yet the other.
   */
  async #dropStray() {
    const stray = this.#stray;
    if (!stray) return;
    const mark = this.#mark;
    const isThere = () => this.#mark === mark && this.#stray === stray;
    await this.#changingTokens(async () => {
      if (isThere()) await pause(OTHER_TAB_STORES);
      if (isThere()) this.#store.drop(SESSION, stray);
    });
  }

  get #stray() {
    return this.#storedSession && !this.#session ? this.#store.get(SESSION) : null;
  }

  get #markedBy() {
    return this.#isInBody ? TOKEN : COOKIE_SINCE;
  }

  /** What differs as soon as anybody, in whichever tab, has logged in or out or renewed the tokens. */
  get #mark() {
    return this.#store.get(this.#markedBy);
  }

  get #refreshAt() {
    return this.#isInBody ? (this.#session?.refreshAt ?? null) : this.#store.get(REFRESH_AT);
  }

  get #knowsSession() {
    return this.#refreshAt !== null;
  }

  /** Whether to try a refresh. Browsers forget what scripts store sooner than cookies: then only the service knows. */
  get #canRenew() {
    return this.#knowsSession || (!this.#isInBody && this.#withRefresh && !this.#hasNoSession);
  }

  async #finishSignIn() {
    const stored = storedSignIn(SIGN_IN);
    // Another API must not get the code: it is for the client of the one where the sign-in began.
    if (stored && stored.api !== this.#baseUrl) return null;
    const { code, error } = takeFromAddress(Boolean(stored));
    if (code === null && error === null) return stored && "code" in stored ? await this.#redeem(stored) : null;
    // What comes back without having begun here was begun by somebody else.
    if (!stored || "code" in stored) throw this.#signInError("sign_in_expired");
    if (!code) {
      storeSignIn(SIGN_IN, null);
      throw this.#signInError(error ?? "sign_in_expired", stored.provider);
    }
    // A reload must not lose the code.
    const signIn = { ...stored, code, since: Date.now() };
    storeSignIn(SIGN_IN, signIn);
    return await this.#redeem(signIn);
  }

  /**
   * @param {Returned} signIn
   * @returns {Promise<FinishedSignIn>}
   */
  async #redeem(signIn) {
    const { provider, verifier, code, refresh, user, from } = signIn;
    const linked = user !== undefined;
    if (linked) {
      await this.#link(SIGN_IN, signIn);
    } else {
      const body = { code, code_verifier: verifier, ...(refresh && { refresh }) };
      await spending(SIGN_IN, signIn, () => this.#enter("/auth/oauth/login", body)).catch((error) => {
        if (error.code === "email_taken") error.message = this.#sentence("email_taken") ?? TAKEN.replace("{provider}", PROVIDER_NAMES[provider]);
        throw error;
      });
    }
    return { provider, linked, from };
  }

  /**
   * @param {string} key
   * @param {Returned} signIn
   */
  async #link(key, signIn) {
    const { provider, verifier, code, user } = signIn;
    await spending(key, signIn, async () => {
      // Somebody else may have logged in while the person was at the provider.
      if (user !== undefined && (await this.me()).id !== user) throw this.#signInError("sign_in_expired", provider);
      await this.#sendWithToken("POST", "/auth/oauth/link", { code, code_verifier: verifier });
    });
  }

  /** @param {Schemas["SignupBegun"] & { email: string, refresh: boolean }} begun */
  #keepSignUp({ signupId, expiresIn, email, refresh }) {
    const until = Date.now() + expiresIn * 1000;
    this.#store.put(SIGN_UP, JSON.stringify({ api: this.#baseUrl, signupId, email, until, refresh }));
  }

  /** @returns {StoredSignUp | null} */
  get #storedSignUp() {
    const signUp = parsed(this.#store.get(SIGN_UP) ?? "");
    return signUp?.api === this.#baseUrl && Date.now() < signUp.until ? signUp : null;
  }

  #signUpInTime() {
    const signUp = this.#storedSignUp;
    if (signUp) return signUp;
    throw this.#error("sign_up_expired", {});
  }

  /**
   * Logs in, unless a sign-up then waits for its code, which is returned.
   *
   * @param {"/auth/signup" | "/auth/signup/confirm" | "/auth/login" | "/auth/oauth/login"} path
   * @param {object} body
   * @returns {Promise<Schemas["SignupBegun"] | null>}
   */
  async #enter(path, body) {
    if (!this.#canKeepTokens) {
      throw new Error("Outside of a page, pass the option `storage`, one for each user.");
    }
    // By its token the service knows the session that a new one of the same user takes the place of.
    const token = this.#knowsSession ? this.token : null;
    const begun = await this.#changingTokens(async () => {
      const response = await this.#send("POST", path, { token, body });
      if (response?.signupId) return response;
      this.#keep(response, "login");
      return null;
    });
    if (begun) return begun;
    // Nobody is to be logged in by a code that is left from before.
    storeSignIn(SIGN_IN, null);
    this.dropSignUp();
    this.#endLeft().catch(() => {});
    return null;
  }

  /**
   * @param {Schemas["Token"] | null} response
   * @param {"login" | "renewal"} kind
   */
  #keep(response, kind) {
    if (!response || (this.#isInBody && !response.authToken)) {
      throw this.#error("unknown", { detail: "There is no token.", status: 200 });
    }
    const { authToken, refreshToken, expiresIn, refreshExpiresIn } = response;
    const isSession = refreshExpiresIn !== undefined;
    const refreshAt = Math.round(Date.now() + expiresIn * 1000 * RENEWED_AFTER);
    if (this.#isInBody) {
      // The new token is good by itself. Another tab that looks in between would take the old one for one without a session.
      const api = this.#api;
      this.#store.put(TOKEN_OF, JSON.stringify({ authToken, api }));
      this.#store.put(TOKEN, authToken);
      this.#store.put(SESSION, isSession ? JSON.stringify({ authToken, refreshToken, refreshAt, api }) : undefined);
    } else {
      this.#store.put(REFRESH_AT, isSession ? String(refreshAt) : undefined);
      // Last, since other tabs take it for the sign that both have changed.
      this.#store.put(COOKIE_SINCE, String(Date.now()));
    }
    this.#hasNoSession = !isSession;
    this.#failures = this.#waitUntil = 0;
    this.#changed(kind);
  }

  /**
   * Forgets the tokens, unless others have taken their place since this mark was there.
   *
   * @param {string | null} mark
   */
  #forget(mark) {
    if (mark !== null && mark === this.#mark) this.#forgetAll();
  }

  #forgetAll() {
    // The token goes before what says whose it is: other tabs look in between.
    for (const key of this.#isInBody ? [SESSION, TOKEN, TOKEN_OF] : [REFRESH_AT, COOKIE_SINCE]) this.#store.put(key, undefined);
    this.#hasNoSession = true;
    this.#changed("logout");
  }

  /** @param {Change["kind"]} kind */
  #changed(kind) {
    // What goes wrong in a listener is not the caller's fault.
    for (const listener of this.#listeners) queueMicrotask(() => listener({ elsewhere: false, kind }));
  }

  /**
   * An error with the sentence for people that belongs to its code.
   *
   * @param {ErrorCode} code
   * @param {Partial<ConstructorParameters<typeof LatchkeyError>[0]>} about
   */
  #error(code, about) {
    const message = this.#sentence(code) ?? own(MESSAGES, code) ?? about.message ?? about.detail ?? code;
    return new LatchkeyError({ ...about, code, message });
  }

  /**
   * The app's sentence for a code. Sentences that have one for `unknown` are a whole language, which is not mixed with English.
   *
   * @param {ErrorCode | FieldCode} code
   */
  #sentence(code) {
    return own(this.#messages, code) ?? this.#messages.unknown;
  }

  /**
   * @param {string} said what the address of the page says
   * @param {Provider} [provider]
   */
  #signInError(said, provider) {
    const isKnown = Object.hasOwn(MESSAGES, said);
    const error = this.#error(isKnown ? /** @type {ErrorCode} */ (said) : "unknown", { detail: `The sign-in came back with "${said}".` });
    if (!isKnown) error.message = this.#messages.unknown ?? FAILED;
    error.message = error.message.replaceAll("{provider}", provider ? own(PROVIDER_NAMES, provider) ?? provider : "…");
    return error;
  }

  /**
   * What a response says that refuses something.
   *
   * @param {Response} response
   * @param {Partial<Schemas["ValidationProblem"] & { message: string }> | null} said
   */
  #refusal(response, said) {
    const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10) || undefined;
    const wrong = (Array.isArray(said?.errors) ? said.errors : []).filter((error) => error && [error.field, error.code, error.detail].every(text));
    const words = text(said?.detail) ?? text(said?.message) ?? `The service responded with ${response.status}.`;
    const hint = said?.code === "missing_token" && this.#cookieHint;
    // An authorizer of API Gateway names no code, but refuses a token as RFC 6750 says.
    const isOfToken = /error="invalid_token"/.test(response.headers.get("WWW-Authenticate") ?? "");
    const code = isOfToken ? "invalid_token" : response.status === 503 ? "unavailable" : "unknown";
    return this.#error(/** @type {ErrorCode | undefined} */ (text(said?.code)) ?? code, {
      message: BROKEN_STATUS.includes(response.status) ? BROKEN : words,
      detail: [words, ...wrong.map(({ field, detail }) => `${field}: ${detail}`), hint].filter(Boolean).join(" "),
      status: response.status,
      fields: Object.fromEntries(wrong.map(({ field, code, detail }) => [field, this.#fieldMessage(code, detail)])),
      fieldCodes: Object.fromEntries(wrong.map(({ field, code }) => [field, code])),
      retryAfter,
      requestId: response.headers.get("apigw-requestid") ?? undefined,
    });
  }

  /**
   * The service's sentence about a field is for people, unless it says what to send.
   *
   * @param {FieldCode} code
   * @param {string} detail
   */
  #fieldMessage(code, detail) {
    return this.#sentence(code) ?? (detail.startsWith("Send ") ? own(MESSAGES, code) : undefined) ?? detail;
  }

  /** @param {unknown} [cause] */
  #unreachable(cause) {
    const isElsewhere = globalThis.document && new URL(this.#baseUrl, location.href).origin !== location.origin;
    const cookies = this.#isInBody ? "" : " (with cookies, * is not enough)";
    const origins = isElsewhere && `If the service is up, see that its AllowedOrigins list ${location.origin}${cookies}.`;
    const detail = [`No response from ${this.#api}, or a redirect, or the browser blocks it.`, origins, this.#cookieHint].filter(Boolean).join(" ");
    return this.#error("unreachable", { detail, cause });
  }

  /** Why cookies cannot work here, as far as a page can see that. */
  get #cookieHint() {
    if (this.#isInBody || !globalThis.document) return undefined;
    const [page, api] = [location.hostname, new URL(this.#baseUrl, location.href).hostname];
    if (page === api || !LOOPBACK.includes(page) || !LOOPBACK.includes(api)) return undefined;
    return `To a browser, ${page} and ${api} are two sites, which share no cookies. Open this page at ${api}.`;
  }

  /** Without a token there is nothing to ask the service. Only it knows whether there is a cookie. */
  #needToken() {
    if (!this.#isInBody || this.token) return;
    throw this.#error("missing_token", { status: 401, detail: "There is no token." });
  }

  /**
   * Sends a request with the token, which is renewed before if it expires soon, and after if it had expired.
   *
   * @param {"GET" | "POST" | "PATCH"} method
   * @param {keyof import("./openapi.js").paths} path
   * @param {object} [body]
   * @param {(said: any) => boolean} [fits]
   */
  async #sendWithToken(method, path, body, fits) {
    await this.#renewIfDue();
    this.#needToken();
    const [mark, knewSession] = [this.#mark, this.#knowsSession];
    try {
      return await this.#present(method, path, body, fits);
    } catch (error) {
      if (!this.#isRenewable(error)) throw error;
      await this.#refresh(mark).catch((refusal) => {
        throw refusal.code === "invalid_refresh_token" && !knewSession ? error : refusal;
      });
    }
    return await this.#present(method, path, body, fits);
  }

  /**
   * Sends a request with the token. A token that is refused for good is forgotten.
   *
   * @param {"GET" | "POST" | "PATCH"} method
   * @param {keyof import("./openapi.js").paths} path
   * @param {object} [body]
   * @param {(said: any) => boolean} [fits]
   */
  async #present(method, path, body, fits) {
    const [mark, token] = [this.#mark, this.token];
    try {
      return await this.#send(method, path, { token, body, fits });
    } catch (error) {
      await this.#dropStray();
      if (endsToken(error) && !this.#isRenewable(error)) this.#forget(mark);
      throw error;
    }
  }

  /**
   * Whether other tokens help. A browser drops a cookie that has expired, and then sends none.
   *
   * @param {unknown} error
   */
  #isRenewable(error) {
    if (!(error instanceof LatchkeyError) || !this.#canRenew) return false;
    return error.code === "expired_token" || (error.code === "missing_token" && !this.#isInBody);
  }

  /** Renews the token if it expires soon. If that fails it may still be good: the request that it is for will tell. */
  async #renewIfDue() {
    await this.#dropStray();
    const refreshAt = this.#refreshAt;
    if (refreshAt === null || Date.now() < Number(refreshAt) || !this.#canRenew || this.#isToWait) return;
    await this.#refresh(this.#mark).catch((error) => {
      if (!(error instanceof LatchkeyError) || error.code === "invalid_refresh_token") throw error;
    });
  }

  /** Whether a refresh has just failed. A clock that was set back must not make this last. */
  get #isToWait() {
    const left = this.#waitUntil - Date.now();
    return left > 0 && left <= LONGEST_WAIT;
  }

  /**
   * Renews the tokens, once for all who ask in this tab, and in one tab at a time.
   *
   * @param {string | null} mark what `#mark` was when they had to be renewed
   */
  #refresh(mark) {
    this.#refreshing ??= this.#changingTokens(async (hasWaited) => {
      // Another tab may have done it meanwhile.
      if (hasWaited && this.#mark === mark) await pause(SEEN_AFTER);
      if (this.#mark === mark) await this.#exchange();
    }).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /**
   * Does something while no other tab changes the tokens. It is told whether it had to wait for that.
   *
   * @template T
   * @param {(hasWaited: boolean) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #changingTokens(work) {
    const locks = globalThis.document && globalThis.navigator.locks;
    if (!locks) return await work(false);
    const asked = performance.now();
    let hasBegun = false;
    try {
      return await locks.request(LOCK, { signal: AbortSignal.timeout(LOCK_WAIT[this.#transport]) }, () => {
        hasBegun = true;
        return work(performance.now() - asked > GRANTED_AT_ONCE);
      });
    } catch (error) {
      if (hasBegun) throw error;
      return await work(false);
    }
  }

  /** Exchanges the refresh token for new tokens. */
  async #exchange() {
    // Without a response there may be a network again. A service that is in trouble is left alone for a while.
    if (this.#isToWait && this.#failure?.status) throw this.#failure;
    const [mark, signal] = [this.#mark, AbortSignal.timeout(LONGEST_REFRESH)];
    try {
      await this.#exchangeOnce(signal).catch(async (error) => {
        if (error.code !== "refresh_superseded") throw error;
        await pause(OTHER_TAB_STORES);
        if (this.#mark === mark) await this.#exchangeOnce(signal);
      });
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      // Somebody has logged in or out meanwhile: this was about the tokens before.
      if (this.#mark !== mark) return;
      if (error.code === "invalid_refresh_token") {
        this.#hasNoSession = true;
        this.#forget(mark);
      } else {
        const wait = Math.max(FIRST_WAIT * 2 ** this.#failures, (error.retryAfter ?? 0) * 1000);
        this.#waitUntil = Date.now() + Math.min(wait, LONGEST_WAIT);
        this.#failures += 1;
        this.#failure = error;
      }
      throw error;
    }
  }

  /**
   * @param {AbortSignal} signal
   * @param {boolean} [isLast] whether to give up on a response that is late
   */
  async #exchangeOnce(signal, isLast = false) {
    const [mark, session, sentAt] = [this.#mark, this.#session, Date.now()];
    if (this.#isInBody && !session) return;
    const body = session ? { refreshToken: session.refreshToken } : undefined;
    const response = await this.#send("POST", "/auth/refresh", { body, signal });
    // Whoever has logged out meanwhile stays logged out.
    if (this.#mark !== mark) return;
    if (Math.abs(Date.now() - sentAt) <= LONGEST_REFRESH) {
      this.#keep(response, "renewal");
    } else if (isLast) {
      throw this.#unreachable();
    } else {
      // The device slept. Another tab may have refreshed since: the service has then given up these tokens.
      await this.#exchangeOnce(AbortSignal.timeout(LONGEST_REFRESH), true);
    }
  }

  /**
   * @param {"GET" | "POST" | "PATCH"} method
   * @param {keyof import("./openapi.js").paths} path
   * @param {{ token?: string | null, body?: object, fits?: (said: any) => boolean } & Pick<RequestInit, "keepalive" | "signal">} content
   *   `fits` says whether the body of the response is what the caller needs: a proxy may send anything
   * @returns {Promise<any>} what the body says, which the callers know the type of
   */
  async #send(method, path, { token, body, fits, ...options }) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (this.#transport === "cookie") headers["X-Token-Transport"] = "cookie";
    let response, text;
    try {
      response = await this.#fetch(`${this.#baseUrl}${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
        // A cookie of an earlier log-in must not stand in for the token of this one.
        credentials: this.#transport === "cookie" ? "include" : "omit",
        // A redirect would take the password and the token along, to wherever it leads.
        redirect: "error",
        ...options,
      });
      text = await response.text();
    } catch (cause) {
      throw this.#unreachable(cause);
    }
    const said = parsed(text);
    const hasNoBody = response.status === 204 || (response.status === 202 && text === "");
    if (response.ok && (fits ? said && fits(said) : said || hasNoBody)) return said;
    throw this.#refusal(response, said);
  }
}

/** Strings by name: in Web Storage, or in memory if that cannot be read or is full. */
class Store {
  #storage;
  /** @type {Map<string, string>} */
  #memory = new Map();

  /** @param {Options["storage"]} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** Where other tabs write the same. A storage of the app's own making is taken for one over `localStorage`. */
  get area() {
    return globalThis.Storage && this.#storage instanceof Storage ? this.#storage : localStorageIfAllowed();
  }

  /** @param {string} key */
  get(key) {
    return this.#memory.get(key) ?? this.#attempt((storage) => storage.getItem(key)) ?? null;
  }

  /**
   * @param {string} key
   * @param {string | undefined} value
   */
  put(key, value) {
    this.#memory.delete(key);
    const isStored = value !== undefined && this.#attempt((storage) => (storage.setItem(key, value), true));
    if (isStored) return;
    // What was there before is not true any more.
    this.#attempt((storage) => storage.removeItem(key));
    if (value !== undefined) this.#memory.set(key, value);
  }

  /**
   * Drops this value, and none that has taken its place.
   *
   * @param {string} key
   * @param {string} value
   */
  drop(key, value) {
    if (this.#memory.get(key) === value) this.#memory.delete(key);
    this.#attempt((storage) => storage.getItem(key) === value && storage.removeItem(key));
  }

  /**
   * @template T
   * @param {(storage: NonNullable<Options["storage"]>) => T} work
   * @returns {T | undefined}
   */
  #attempt(work) {
    try {
      return this.#storage && work(this.#storage);
    } catch {
      return undefined;
    }
  }
}

/**
 * Spends the code of the sign-in that is stored at this key, which is dropped then, unless it is still of use.
 *
 * @param {string} key
 * @param {Returned} signIn
 * @param {() => Promise<unknown>} work
 */
async function spending(key, signIn, work) {
  try {
    await work();
  } catch (error) {
    if (mayPass(error)) throw error;
    storeSignIn(key, null);
    const code = error instanceof LatchkeyError && error.code;
    const waits = code === "email_taken" || code === "reauthentication_required" || endsToken(error);
    if (waits) storeSignIn(SIGN_IN_TO_LINK, signIn);
    throw error;
  }
  storeSignIn(key, null);
}

/**
 * Whether the same request may go through later. What is not the service's own response is a disturbance on the way to it.
 *
 * @param {unknown} error
 */
function mayPass(error) {
  return error instanceof LatchkeyError && (["unreachable", "unknown"].includes(error.code) || error.status === 429 || error.status >= 500);
}

/**
 * Whether the service says that nobody is logged in by the token of a request.
 *
 * @param {unknown} error
 */
function endsToken(error) {
  return error instanceof LatchkeyError && error.status === 401 && LOGGED_OUT.includes(error.code);
}

/**
 * @param {string} key
 * @returns {Begun | Returned | null}
 */
function storedSignIn(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Keeps a sign-in, or drops the one that is kept. Says whether that was possible.
 *
 * @param {string} key
 * @param {Begun | Returned | null} signIn
 */
function storeSignIn(key, signIn) {
  try {
    if (signIn) sessionStorage.setItem(key, JSON.stringify(signIn));
    else sessionStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/**
 * The sign-in at this API that waits to be linked, while its code can be used.
 *
 * @param {string} api
 */
function signInToLink(api) {
  const signIn = storedSignIn(SIGN_IN_TO_LINK);
  return signIn?.api === api && "code" in signIn && Date.now() - signIn.since < CODE_LIFETIME ? signIn : null;
}

/**
 * Takes what the service has put into the address of the page out of it, and of the history. Other programs call things `code` and
 * `error` too: if no sign-in of this tab waits, they are left there, but for errors that only the service names so.
 *
 * @param {boolean} isAwaited
 */
function takeFromAddress(isAwaited) {
  const nothing = { code: null, error: null };
  if (!globalThis.document) return nothing;
  const url = new URL(location.href);
  const [code, error] = ["code", "error"].map((name) => url.searchParams.get(name));
  if (!isAwaited && !/^(sign_in|provider)_/.test(error ?? "")) return nothing;
  if (code !== null || error !== null) {
    for (const name of ["code", "error"]) url.searchParams.delete(name);
    // An address that ends in "#" looks broken.
    if (url.hash === "") url.hash = "";
    history.replaceState(history.state, "", url);
  }
  return { code, error };
}

/**
 * An address as it is listed: a whole one to the letter, or what a path leads to from this page.
 *
 * @param {string} returnTo
 */
function absolute(returnTo) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(returnTo)) return returnTo;
  return returnTo ? new URL(returnTo, location.href).href : location.origin + location.pathname;
}

/** @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function localStorageIfAllowed() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/**
 * The object in a body, or `null` if there is none: a proxy on the way may have responded.
 *
 * @param {string} text
 */
function parsed(text) {
  try {
    const said = JSON.parse(text);
    return typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}

/**
 * What a table has under a name that somebody else wrote, who may have written `constructor`.
 *
 * @internal
 * @template V
 * @param {Readonly<Record<string, V>>} table
 * @param {string} name
 * @returns {V | undefined}
 */
export function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** @param {unknown} said */
function text(said) {
  return typeof said === "string" ? said : undefined;
}

/** @param {any} said */
function isUser({ id, identities }) {
  return text(id) !== undefined && isList(identities, "string");
}

/**
 * @param {unknown} list
 * @param {"string" | "object"} type
 */
function isList(list, type) {
  return Array.isArray(list) && list.every((item) => item && typeof item === type);
}
