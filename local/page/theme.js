// Dark and light: the system's choice until the reader makes one.

import { keep, kept } from "./kept.js";

/** Lets the button change the theme; the choice is kept. */
export function wireTheme(button) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const current = () => kept("theme") ?? (system.matches ? "dark" : "light");
  const show = () => {
    document.documentElement.dataset.theme = current();
    button.textContent = current() === "dark" ? "Light theme" : "Dark theme";
  };
  button.addEventListener("click", () => {
    keep("theme", current() === "dark" ? "light" : "dark");
    show();
  });
  system.addEventListener("change", show);
  show();
}
