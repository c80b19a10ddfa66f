// Tabs as the ARIA Authoring Practices describe them: one stop for the Tab key, arrows between them.

/** Makes tabs of these buttons, and chooses the first. `chosen` is called with each that is chosen. */
export function wireTabs(buttons, chosen) {
  const select = (selected) => {
    for (const button of buttons) {
      button.ariaSelected = String(button === selected);
      button.tabIndex = button === selected ? 0 : -1;
    }
    chosen(selected);
  };
  for (const [index, button] of buttons.entries()) {
    button.addEventListener("click", () => select(button));
    button.addEventListener("keydown", ({ key }) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[key];
      const next = buttons.at(to === buttons.length ? 0 : to);
      if (to === undefined) return;
      select(next);
      next.focus();
    });
  }
  select(buttons[0]);
}
