// What the page keeps in Web Storage. A browser may deny that, and the page works without.

/** What is kept under this name, or `null`. */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a text under this name, if the browser allows it. */
export function keep(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch {
    // It is chosen until the page is loaded again.
  }
}
