// What a person does at the pretend providers of `cargo dev`.

/** Consents as this person. */
export async function consent(page, { name, email }) {
  await page.getByLabel("Somebody else").check();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Refuses. */
export async function cancel(page) {
  await page.getByRole("button", { name: "Cancel" }).click();
}

/** Waits for the page of a provider that asks for consent. */
export async function asked(page, provider) {
  await page.getByRole("heading", { name: new RegExp(provider, "i") }).waitFor();
}
