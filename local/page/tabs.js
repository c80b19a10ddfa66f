// Tabs as the ARIA Authoring Practices describe them: one stop for the Tab key, arrows between them.

/** Makes tabs of these buttons, each of which names its panel by `aria-controls`. */
export function wireTabs(buttons) {
  const names = Object.keys(buttons);
  const select = (selected) => {
    for (const [name, button] of Object.entries(buttons)) {
      button.setAttribute("aria-selected", String(name === selected));
      button.tabIndex = name === selected ? 0 : -1;
      document.getElementById(button.getAttribute("aria-controls")).hidden = name !== selected;
    }
  };
  for (const [index, name] of names.entries()) {
    buttons[name].addEventListener("click", () => select(name));
    buttons[name].addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (!step) return;
      const next = names[(index + step + names.length) % names.length];
      select(next);
      buttons[next].focus();
    });
  }
  return { select };
}
