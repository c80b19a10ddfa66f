// Elements, made and found.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A new element of this class with these children: elements, or strings, which are never taken for markup. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Puts a key and a value of a definition list beside each other. */
export function fact(key, ...value) {
  return element("div", "", element("dt", "", key), element("dd", "", ...value));
}
