// Buttons that copy.

import { element } from "./dom.js";

/** How long a button tells that it has copied, in milliseconds. */
const TOLD_FOR = 2000;

/** A button that copies what `text` returns. `label` says what that is. */
export function copyButton(label, text) {
  const button = element("button", "button small copy", "Copy");
  button.type = "button";
  button.setAttribute("aria-label", `Copy ${label}`);
  const said = element("span", "visually-hidden");
  said.setAttribute("role", "status");
  let timer;
  button.addEventListener("click", async () => {
    clearTimeout(timer);
    const outcome = await Promise.resolve(text()).then((text) => navigator.clipboard.writeText(text)).then(
      () => "Copied",
      () => "Not allowed",
    );
    button.textContent = said.textContent = outcome;
    timer = setTimeout(() => {
      button.textContent = "Copy";
      said.textContent = "";
    }, TOLD_FOR);
  });
  return [button, said];
}
