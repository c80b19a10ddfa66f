// Codes by mail: the client against the API, whose mails come from the inbox of `cargo dev`.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";

import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { appUrl, inApp, ready, startApp, stopApp } from "./support/app.js";
import { baseUrl, newClient, newStorage, refusal, withCookies } from "./support/client.js";
import { mailTo } from "./support/mail.js";

before(startApp);
after(stopApp);

const requiredUrl = variable("LATCHKEY_REQUIRED_URL");
const NEW_PASSWORD = "ten-Amber-teapots";

/** How a client keeps its tokens. */
const TRANSPORTS = { body: () => ({}), cookie: () => ({ transport: "cookie", fetch: withCookies().send }) };

/** The secret in the link of a mail. */
function secretIn({ link }) {
  return new URLSearchParams(new URL(link).hash.slice(1)).get("code");
}

for (const [transport, options] of Object.entries(TRANSPORTS)) {
  test(`with the transport ${transport} a person proves their address, and stays logged in after a wrong code`, async () => {
    const [person, latchkey] = [newPerson(), newClient(options())];
    assert.equal((await latchkey.signUp(person)).email_verified, false);
    assert.equal(latchkey.signUpToConfirm, null);
    const { code, link } = await mailTo(baseUrl, person.email, "verify");
    assert.match(link, new RegExp(`^${baseUrl}/#kind=verify&code=`));
    assert.equal((await refusal(latchkey.verifyEmail({ code: "0000 0000" }))).code, "invalid_code");
    assert.equal((await latchkey.me()).email_verified, false);
    await latchkey.sendVerification();
    assert.equal((await mailTo(baseUrl, person.email, "verify", 2)).code, code);
    await latchkey.verifyEmail({ code });
    assert.equal((await latchkey.me()).email_verified, true);
    assert.equal((await refusal(latchkey.sendVerification())).code, "already_verified");
  });

  test(`with the transport ${transport} whoever forgot their password sets a new one, and is logged in nowhere`, async () => {
    const [person, latchkey] = [newPerson(), newClient(options())];
    await latchkey.signUp(person);
    await latchkey.forgotPassword(person);
    const mail = await mailTo(baseUrl, person.email, "reset");
    const reset = { email: person.email, password: NEW_PASSWORD };
    assert.equal((await refusal(latchkey.resetPassword({ ...reset, code: "0000 0000" }))).code, "invalid_code");
    await latchkey.me();
    const weak = await refusal(latchkey.resetPassword({ ...reset, code: mail.code, password: "password1" }));
    assert.deepEqual(Object.keys(weak.fields), ["password"]);
    await latchkey.resetPassword({ ...reset, code: secretIn(mail) });
    assert.equal((await refusal(latchkey.me())).code, "invalid_token");
    assert.equal((await refusal(latchkey.logIn(person))).code, "invalid_credentials");
    await latchkey.logIn({ ...person, password: NEW_PASSWORD });
    assert.equal((await latchkey.me()).email_verified, true);
  });

  test(`with the transport ${transport} a person in a session changes password and address, and keeps the session`, async () => {
    const [person, { email }] = [newPerson(), newPerson()];
    const latchkey = newClient({ refresh: true, ...options() });
    await latchkey.signUp(person);
    const wrong = { password: "wrong-Violet-kettles", newPassword: NEW_PASSWORD };
    assert.equal((await refusal(latchkey.changePassword(wrong))).code, "invalid_credentials");
    assert.equal((await latchkey.sessions()).length, 1, "a wrong password logs nobody out");
    await latchkey.changePassword({ ...wrong, password: person.password });
    await latchkey.changeEmail({ email, password: NEW_PASSWORD });
    const mail = await mailTo(baseUrl, email, "change");
    assert.equal((await refusal(latchkey.confirmEmail({ code: "0000 0000" }))).code, "invalid_code");
    await latchkey.confirmEmail({ code: secretIn(mail) });
    const { email: now, email_verified: isVerified } = await latchkey.me();
    assert.deepEqual([now, isVerified], [email, true]);
    await latchkey.renew();
    assert.equal((await latchkey.sessions()).length, 1);
  });

  for (const refresh of [false, true]) {
    const kind = refresh ? "with a session" : "without a session";
    test(`with the transport ${transport} and ${kind} a sign-up waits for its code and then logs in`, async () => {
      const person = newPerson();
      const latchkey = newClient({ baseUrl: requiredUrl, ...options() });
      assert.equal(await latchkey.signUp({ ...person, refresh }), null);
      const begun = latchkey.signUpToConfirm;
      assert.equal(begun.email, person.email);
      assert.ok(Math.abs(begun.until - Date.now() - 86_400_000) < 60_000, String(begun.until));
      assert.equal((await refusal(latchkey.me())).code, "missing_token");
      const { code } = await mailTo(requiredUrl, person.email, "signup");
      assert.equal((await refusal(latchkey.confirmSignUp({ code: "0000 0000" }))).code, "invalid_code");
      await latchkey.resendSignUp();
      assert.equal((await mailTo(requiredUrl, person.email, "signup", 2)).code, code);
      const user = await latchkey.confirmSignUp({ code });
      assert.equal(user.email_verified, true);
      assert.equal(latchkey.signUpToConfirm, null);
      assert.deepEqual(await latchkey.me(), user);
      assert.equal((await latchkey.sessions()).length, refresh ? 1 : 0);
      assert.equal((await refusal(latchkey.confirmSignUp({ code }))).code, "sign_up_expired");
    });
  }
}

test("a sign-up waits in the storage, for clients of its API and not for others", async () => {
  const [person, storage] = [newPerson(), newStorage()];
  await newClient({ baseUrl: requiredUrl, storage }).signUp(person);
  assert.equal(newClient({ storage }).signUpToConfirm, null);
  assert.equal((await refusal(newClient({ storage }).resendSignUp())).code, "sign_up_expired");
  const later = newClient({ baseUrl: requiredUrl, storage });
  await later.confirmSignUp(await mailTo(requiredUrl, person.email, "signup"));
  assert.equal((await later.me()).email, person.email);
});

test("whoever made an account meanwhile is told, and the sign-up that waited is dropped", async () => {
  const person = newPerson();
  const [slow, quick] = [newClient({ baseUrl: requiredUrl }), newClient({ baseUrl: requiredUrl })];
  await slow.signUp(person);
  const { code } = await mailTo(requiredUrl, person.email, "signup");
  await quick.signUp(person);
  await quick.confirmSignUp(await mailTo(requiredUrl, person.email, "signup", 2));
  assert.equal((await refusal(slow.confirmSignUp({ code }))).code, "email_taken");
  assert.equal(slow.signUpToConfirm, null);
});

test("a log-in drops a sign-up that waits", async () => {
  const person = newPerson();
  const latchkey = newClient({ baseUrl: requiredUrl });
  await latchkey.signUp(person);
  await latchkey.confirmSignUp(await mailTo(requiredUrl, person.email, "signup"));
  await latchkey.signUp(newPerson());
  assert.ok(latchkey.signUpToConfirm);
  await latchkey.logIn(person);
  assert.equal(latchkey.signUpToConfirm, null);
});

test("a sign-up that has expired waits no longer", async (t) => {
  const person = newPerson();
  const latchkey = newClient({ baseUrl: requiredUrl });
  await latchkey.signUp(person);
  const { until } = latchkey.signUpToConfirm;
  t.mock.method(Date, "now", () => until);
  assert.equal(latchkey.signUpToConfirm, null);
});

test("an account that is deleted is logged out", async () => {
  const [person, latchkey] = [newPerson(), newClient()];
  await latchkey.signUp(person);
  assert.equal((await refusal(latchkey.deleteAccount({ password: "wrong-Violet-kettles" }))).code, "invalid_credentials");
  await latchkey.me();
  await latchkey.deleteAccount(person);
  assert.equal(latchkey.token, null);
  assert.equal((await refusal(latchkey.logIn(person))).code, "invalid_credentials");
});

test("a link of a mail is taken out of the address bar and the history, and its code is read", () =>
  inApp(async ({ open }) => {
    for (const [hash, expected] of [
      ["kind=reset&email=a%2Bb%40example.com&code=NDj5-CLU", { kind: "reset", code: "NDj5-CLU", email: "a+b@example.com" }],
      ["kind=verify&code=NDj5-CLU", { kind: "verify", code: "NDj5-CLU", email: null }],
      ["kind=change&code=NDj5-CLU", { kind: "change", code: "NDj5-CLU", email: null }],
      ["kind=signup&code=NDj5-CLU", { kind: "signup", code: "NDj5-CLU", email: null }],
    ]) {
      const page = await open(`/account?tab=mail#${hash}`);
      assert.deepEqual(await page.evaluate(() => window.latchkey.takeMailLink()), expected);
      assert.equal(page.url(), `${appUrl()}/account?tab=mail`);
      assert.equal(await page.evaluate(() => history.length), 2, "about:blank and this page");
      assert.equal(await page.evaluate(() => window.latchkey.takeMailLink()), null, "once");
    }
  }));

test("another fragment is the app's own and stays", () =>
  inApp(async ({ open }) => {
    const page = await open();
    for (const hash of ["", "#reviews", "#kind=verify", "#kind=toString&code=x", "#code=x", "#kind=reset&code="]) {
      await page.goto(`${appUrl()}/${hash}`);
      await ready(page);
      assert.equal(await page.evaluate(() => window.latchkey.takeMailLink()), null);
      assert.equal(page.url(), `${appUrl()}/${hash}`);
    }
  }));

test("outside of a page there is no link to take", () => {
  assert.equal(newClient().takeMailLink(), null);
});
