// Dark and light: the system's choice until the reader makes one.

/** Lets the button change the theme; the choice is kept. */
export function wireTheme(button) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const current = () => localStorage.getItem("theme") ?? (system.matches ? "dark" : "light");
  const show = () => {
    document.documentElement.dataset.theme = current();
    button.textContent = current() === "dark" ? "Light theme" : "Dark theme";
  };
  button.addEventListener("click", () => {
    localStorage.setItem("theme", current() === "dark" ? "light" : "dark");
    show();
  });
  system.addEventListener("change", show);
  show();
}
