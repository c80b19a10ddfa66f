// Signing in with providers: the buttons for it, the ones that are linked, and what waits for a log-in.

import { byId, element } from "./dom.js";
import { PROVIDER_NAMES } from "./latchkey.js";

/** What people call a provider. */
export const providerName = (provider) => PROVIDER_NAMES[provider] ?? provider;

/** Shows a button for each provider, and `wire` gets it with the provider that it leads to. */
export function showProviders(providers, wire) {
  byId("or").hidden = providers.length === 0;
  byId("provider-list").replaceChildren(
    ...providers.map((provider) => {
      const button = plainButton(`Continue with ${providerName(provider)}`);
      wire(button, provider);
      return element("li", "", button);
    }),
  );
}

/**
 * Lists the providers that are linked to an account and those that can be. `wireLink` and `wireUnlink` get the button of
 * each one with its provider.
 */
export function showLinked({ providers, identities }, wireLink, wireUnlink) {
  const listed = [...new Set([...providers, ...identities])].sort();
  byId("linked-list").replaceChildren(
    ...listed.map((provider) => {
      const isLinked = identities.includes(provider);
      const name = providerName(provider);
      const button = plainButton(isLinked ? "Unlink" : "Link", "quiet");
      button.setAttribute("aria-label", `${button.textContent} ${name}`);
      (isLinked ? wireUnlink : wireLink)(button, provider);
      const told = element("p", "device", element("b", "", name));
      if (isLinked) told.append(" ", element("span", "badge", "Linked"));
      return element("li", "", element("div", "heading", told, button));
    }),
  );
  return listed.length > 0;
}

/** Asks whether to link a provider to an account, or nothing for `null`. Returns the question. */
export function showLinkQuestion(provider, account) {
  const question = provider ? `Link ${providerName(provider)} to ${account}?` : "";
  byId("link-question").hidden = !provider;
  byId("link-question-text").textContent = question;
  return question;
}

function plainButton(text, className) {
  const button = element("button", className, text);
  button.type = "button";
  return button;
}
