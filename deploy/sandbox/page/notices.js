/** The page's own short messages: toasts, alerts, and the result of copying. */

import { find, make } from "./elements.js";
import { say } from "./words.js";

const TOAST_MILLISECONDS = 3_500;

export function toast(text) {
  const element = make("p", { class: "toast" }, text);
  find("toasts").replaceChildren(element);
  setTimeout(() => element.remove(), TOAST_MILLISECONDS);
}

/** Shows a text until the person presses OK. */
export function alertPerson(text) {
  find("alert-text").textContent = text;
  const dialog = find("alert");
  if (!dialog.open) dialog.showModal();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  } catch (error) {
    // Browsers offer no clipboard outside a secure context, e.g. with plain http on another host.
    console.warn("No clipboard", error);
    toast(say("notCopied"));
  }
}

export function showOnline(online) {
  const strip = find("offline");
  strip.hidden = online;
  strip.textContent = online ? "" : say("offline");
}
