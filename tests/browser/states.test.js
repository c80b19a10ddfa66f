// Every state of <latchkey-sign-in>: axe-core finds nothing in it, nothing is wider than the page, and it leaves a picture in both
// themes at the widths of a desk, a tablet and a phone.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import test from "node:test";

import axe from "axe-core";

import { asked, cancel, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { limitedUrl, requiredUrl } from "./support/browser.js";
import { inApp, openRow, send, shown, signUp } from "./support/component.js";

const pictures = `${variable("LATCHKEY_PICTURES")}/sign-in`;
const LONG = {
  name: "Maximiliane-Friederike Donaudampfschifffahrtsgesellschaftskapitän von Hohenlohe",
  email: `maximiliane-friederike.donaudampfschifffahrt.${Date.now()}@elektrizitaetsversorgungsunternehmen.example.com`,
};

const alert = (page) => page.getByRole("alert").filter({ hasText: /./ }).first().waitFor();
const invalid = (page) => page.locator("[aria-invalid]").first().waitFor();
const atSignUp = { view: "sign-up" };
/** Somebody who has just signed up. */
const entered = (then = async () => {}) => async (open, person = newPerson()) => {
  const page = await open(atSignUp);
  await signUp(page, person);
  await page.getByText("No device stays logged in").or(page.getByText("Last used")).first().waitFor({ state: "attached" });
  await then(page, person);
  return page;
};
const opened = (row, then) => entered(async (page, person) => {
  await openRow(page, row);
  await then?.(page, person);
});

/** Each state, and how it is reached. */
const STATES = {
  loading: (open) => open({}, (page) => page.route("**/auth/**", () => {}).then(() => page.addInitScript(() => localStorage.setItem("authToken", "a.b.c")))),
  outage: async (open) => {
    const page = await open({}, async (page) => {
      await page.addInitScript(() => localStorage.setItem("authToken", "a.b.c"));
      await page.route("**/auth/me", (route) => route.fulfill({ status: 503, headers: { "Access-Control-Allow-Origin": "*" }, body: "{}" }));
    });
    await shown(page, "outage");
    return page;
  },
  "sign-in": async (open) => {
    const page = await open();
    await page.getByRole("button", { name: "Continue with Google" }).waitFor();
    return page;
  },
  "sign-in-without-providers": async (open) => {
    const page = await open({ providers: "", "no-sign-up": "", "no-mail": "", refresh: "ask" });
    await shown(page, "sign-in");
    return page;
  },
  "sign-in-empty": async (open) => {
    const page = await open();
    await send(page, {}, "Log in");
    await invalid(page);
    return page;
  },
  "sign-in-wrong": async (open) => {
    const page = await open();
    await send(page, { "Email address": "grace@example.com", Password: "wrong-Violet-kettles" }, "Log in");
    await alert(page);
    return page;
  },
  "sign-in-unreachable": async (open) => {
    const page = await open({}, (page) => page.route("**/auth/login", (route) => route.abort()));
    await send(page, { "Email address": "grace@example.com", Password: "nine-Violet-kettles" }, "Log in");
    await alert(page);
    return page;
  },
  "sign-in-sending": async (open) => {
    const page = await open({}, (page) => page.route("**/auth/login", () => {}));
    await send(page, { "Email address": "grace@example.com", Password: "nine-Violet-kettles" }, "Log in");
    return page;
  },
  "sign-in-too-often": async (open) => {
    const page = await open({ "base-url": limitedUrl });
    const { email } = newPerson();
    const wait = page.locator("p[aria-hidden]").filter({ hasText: "Try again in" });
    for (let attempt = 1; attempt <= 5 && !(await wait.isVisible()); attempt++) {
      await send(page, { "Email address": email, Password: "nine-Violet-kettles" }, "Log in");
      await alert(page);
    }
    await wait.waitFor();
    return page;
  },
  "sign-in-cancelled": async (open) => {
    const page = await open();
    await page.getByRole("button", { name: "Continue with X" }).click();
    await asked(page, "X");
    await cancel(page);
    await page.getByText("You cancelled").first().waitFor();
    return page;
  },
  "sign-in-to-link": addressTaken,
  "sign-up": async (open) => {
    const page = await open(atSignUp);
    await page.getByRole("button", { name: "Continue with Google" }).waitFor();
    return page;
  },
  "sign-up-wrong": async (open) => {
    const page = await open({ ...atSignUp, invite: "AB12-CD34" });
    await send(page, { "Email address": "nobody", Name: " a\u0007b", Password: "password" }, "Sign up");
    await invalid(page);
    return page;
  },
  "sign-up-taken": async (open) => {
    const person = newPerson();
    const page = await entered()(open, person);
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.getByRole("button", { name: "Sign up" }).click();
    await send(page, { "Email address": person.email, Name: person.name, Password: person.password }, "Sign up");
    await invalid(page);
    return page;
  },
  confirm: async (open) => {
    const [page, { name, email, password }] = [await open({ ...atSignUp, "base-url": requiredUrl }), newPerson()];
    await send(page, { "Email address": email, Name: name, Password: password }, "Sign up");
    await shown(page, "confirm");
    return page;
  },
  "confirm-wrong": async (open) => {
    const page = await STATES.confirm(open);
    await send(page, { "Code from the email": "0000 0000" }, "Create account");
    await invalid(page);
    return page;
  },
  "confirm-resent": async (open) => {
    const page = await STATES.confirm(open);
    await page.getByRole("button", { name: "Send the code again" }).click();
    await page.getByText("on its way again").first().waitFor();
    return page;
  },
  forgot: async (open) => {
    const page = await open();
    await page.getByRole("button", { name: "Forgot password?" }).click();
    return page;
  },
  reset: async (open) => {
    const page = await STATES.forgot(open);
    await send(page, { "Email address": newPerson().email }, "Send code");
    await shown(page, "reset");
    return page;
  },
  "reset-wrong": async (open) => {
    const page = await STATES.reset(open);
    await send(page, { "Code from the email": "0000 0000", "New password": "ten-Amber-teapots" }, "Save and log in");
    await invalid(page);
    return page;
  },
  "logged-out": async (open) => {
    const page = await entered()(open);
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await shown(page, "sign-in");
    return page;
  },
  account: entered(),
  "account-name": opened("Name"),
  "account-name-saved": opened("Name", async (page) => {
    await send(page, { Name: "Grace B. Hopper" }, "Save");
    await page.getByText("Your name is saved.").first().waitFor();
  }),
  "account-email": opened("Email address"),
  "account-email-code": opened("Email address", async (page, { password }) => {
    await send(page, { "New email address": newPerson().email, "Current password": password }, "Send code");
    await page.getByText("We sent a code to").first().waitFor();
  }),
  "account-password-wrong": opened("Password", async (page) => {
    await send(page, { "Current password": "wrong-Violet-kettles", "New password": "ten-Amber-teapots" }, "Change password");
    await invalid(page);
  }),
  "account-providers": opened("Other ways to log in"),
  "account-devices": async (open) => {
    const page = await open({ ...atSignUp, refresh: "" });
    await signUp(page, newPerson());
    await openRow(page, "Devices");
    await page.getByText("This device").waitFor();
    return page;
  },
  "account-deletion": opened("Delete account"),
  "account-verify-wrong": entered(async (page) => {
    await send(page, { "Code from the email": "0000 0000" }, "Confirm");
    await invalid(page);
  }),
  "account-asked-to-link": async (open) => {
    const person = newPerson();
    const page = await addressTaken(open, person);
    await send(page, { "Email address": person.email, Password: person.password }, "Log in");
    await page.getByText("Link Google to").waitFor();
    return page;
  },
  "account-long": (open) => entered()(open, { ...newPerson(), ...LONG }),
  "german-sign-in": async (open) => {
    const page = await open({ lang: "de" });
    await page.getByRole("button", { name: "Weiter mit Google" }).waitFor();
    return page;
  },
  "german-sign-up-wrong": async (open) => {
    const page = await open({ lang: "de", ...atSignUp });
    await send(page, { "E-Mail-Adresse": "niemand", Name: "Grace", Passwort: "passwort" }, "Registrieren");
    await invalid(page);
    return page;
  },
  "german-reset": async (open) => {
    const page = await open({ lang: "de", view: "forgot" });
    await send(page, { "E-Mail-Adresse": LONG.email }, "Code senden");
    await shown(page, "reset");
    return page;
  },
  "german-account": async (open) => {
    const page = await open({ lang: "de", ...atSignUp, refresh: "" });
    const { email, name, password } = newPerson();
    await send(page, { "E-Mail-Adresse": email, Name: name, Passwort: password }, "Registrieren");
    await shown(page, "account");
    await openRow(page, "Weitere Anmeldewege");
    return page;
  },
  "right-to-left": async (open) => {
    const page = await open({ dir: "rtl" });
    await send(page, { "Email address": "grace@example.com", Password: "wrong-Violet-kettles" }, "Log in");
    await alert(page);
    return page;
  },
  "right-to-left-account": async (open) => {
    const page = await open({ dir: "rtl", ...atSignUp });
    await signUp(page, newPerson());
    await openRow(page, "Other ways to log in");
    return page;
  },
};

/** Somebody who has an account comes back from a provider that gives its address, and is not in it. */
async function addressTaken(open, person = newPerson()) {
  const page = await entered()(open, person);
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await page.getByRole("button", { name: "Continue with Google" }).click();
  await asked(page, "Google");
  await consent(page, person);
  await page.getByText("An account with this email address exists.").first().waitFor();
  return page;
}

const SIZES = { 1280: 900, 768: 1024, 360: 740 };

async function examine(page, name) {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  assert.deepEqual(found, [], name);
  assert.ok(passes.some(({ id }) => id === "color-contrast"), "contrast was measured");
}

async function fits(page, name) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${name} is ${scrollWidth} wide in ${clientWidth}`);
}

await mkdir(pictures, { recursive: true });

for (const [state, reach] of Object.entries(STATES)) {
  test(`axe-core finds nothing in the state ${state} of the element, in any theme or width`, () =>
    inApp(async ({ open }) => {
      const page = await reach(open);
      for (const [width, height] of Object.entries(SIZES)) {
        await page.setViewportSize({ width: Number(width), height });
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          const name = `${state}-${colorScheme}-${width}`;
          await fits(page, name);
          // Each theme once, and each layout once.
          if (name.endsWith("light-1280") || name.endsWith("dark-360")) await examine(page, name);
          await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
        }
      }
    }));
}

for (const [state, reach] of Object.entries({ "sign-up-wrong": STATES["sign-up-wrong"], account: STATES.account })) {
  test(`the state ${state} of the element stays whole in text of twice the size, and in forced colours`, () =>
    inApp(async ({ open }) => {
      const page = await reach(open);
      await page.setViewportSize({ width: 640, height: 900 });
      await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      await fits(page, state);
      await examine(page, state);
      await page.screenshot({ path: `${pictures}/${state}-zoomed.png`, fullPage: true });
      await page.setViewportSize({ width: 320, height: 640 });
      await fits(page, state);
      await page.evaluate(() => (document.documentElement.style.fontSize = ""));
      await page.emulateMedia({ forcedColors: "active" });
      await examine(page, state);
      await page.screenshot({ path: `${pictures}/${state}-forced-colors.png`, fullPage: true });
    }));
}
