/** Creates elements. Text always becomes a text node, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const PALETTE = ["#c9503f", "#c2702a", "#7d5fc4", "#3f8f3a", "#2a8fa8", "#2f7cc4", "#b8527f"];

/** `on…` attributes are listeners; null, undefined and false attributes are omitted. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Shows the initials of a name on a colour derived from it. */
export function paintAvatar(element, name, seed = name) {
  const initials = name.split(/[\s_-]+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]);
  const sum = [...String(seed)].reduce((hash, letter) => (hash * 31 + letter.codePointAt(0)) % 9973, 7);
  element.textContent = initials.join("").toUpperCase();
  element.style.setProperty("--avatar", PALETTE[sum % PALETTE.length]);
  return element;
}

export const find = (id) => document.getElementById(id);

/** Combines calls in quick succession into one, `milliseconds` after the first of them. */
export function gather(action, milliseconds) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      action();
    }, milliseconds);
  };
}
