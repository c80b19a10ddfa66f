// A page without a build step. latchkey.js and latchkey-sign-in.js lie beside it.

import "./latchkey-sign-in.js";

const hello = /** @type {HTMLElement} */ (document.getElementById("hello"));
addEventListener("latchkey-signed-in", ({ detail }) => (hello.textContent = `Hello, ${detail.user.name ?? detail.user.email}.`));
addEventListener("latchkey-signed-out", () => (hello.textContent = ""));
