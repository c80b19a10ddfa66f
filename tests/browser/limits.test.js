// Too many attempts.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { sendLogin } from "./support/actions.js";
import { limitedUrl, onPage } from "./support/browser.js";

test("an attempt after too many is refused, and the wait is counted down in words", () =>
  onPage(
    async (page) => {
      // Time stands still but for what the test lets pass.
      await page.clock.install();
      await page.reload();
      await page.clock.pauseAt(Date.now() + 60_000);
      const seconds = await attemptUntilRefused(page);

      const wait = page.locator("#login .wait");
      await wait.filter({ hasText: `Too many attempts. Try again in ${inWords(seconds)}.` }).waitFor();
      const alert = page.locator("#login [role=alert]");
      const said = await alert.textContent();
      assert.equal(said, `Too many attempts. Try again in ${inWords(seconds)}.`);
      await page.clock.runFor(1000);
      await wait.filter({ hasText: `Try again in ${inWords(seconds - 1)}.` }).waitFor();
      assert.equal(await alert.textContent(), said, "a screen reader is not told every second");
      await page.clock.runFor((seconds - 1) * 1000);
      await wait.waitFor({ state: "hidden" });
      assert.equal(await page.locator("#status").textContent(), "You can try again now.");
    },
    { at: limitedUrl },
  ));

/**
 * How many seconds the refused attempt is to wait. Two attempts are let through in a window; where the window ends in
 * between, two more. Where it ends too soon for a countdown, somebody else tries.
 */
async function attemptUntilRefused(page, person = newPerson()) {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const answered = page.waitForResponse((response) => response.url().endsWith("/auth/login"));
    await sendLogin(page, person);
    const answer = await answered;
    if (answer.status() === 429) {
      const seconds = Number(answer.headers()["retry-after"]);
      return seconds > 2 ? seconds : attemptUntilRefused(page);
    }
    assert.equal(answer.status(), 401);
    await page.getByRole("alert").filter({ hasText: "password is wrong" }).waitFor();
  }
  assert.fail("no attempt was refused");
}

function inWords(seconds) {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const parts = [
    [minutes, "minute"],
    [rest, "second"],
  ];
  const words = parts.filter(([count]) => count).map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return words.join(" ") || "0 seconds";
}
