/** The person who uses the page: the same one at each visit, or another with `?user=<id>`. */

const NAMES = {
  en: ["Alex", "Robin", "Sasha", "Kim", "Mira", "Leo", "Nina"],
  ru: ["Алекс", "Робин", "Саша", "Ким", "Мира", "Лео", "Нина"],
};

function makeId() {
  return 100_000_000 + (crypto.getRandomValues(new Uint32Array(1))[0] % 900_000_000);
}

function chooseId() {
  const asked = new URLSearchParams(location.search).get("user") ?? "";
  if (/^[1-9]\d{0,14}$/.test(asked)) return Number(asked);
  const id = Number(localStorage.getItem("sandbox.user")) || makeId();
  localStorage.setItem("sandbox.user", id);
  return id;
}

class Person {
  constructor() {
    this.id = chooseId();
  }

  #recall(what) {
    return localStorage.getItem(`sandbox.${this.id}.${what}`);
  }

  #remember(what, value) {
    localStorage.setItem(`sandbox.${this.id}.${what}`, value);
  }

  get language() {
    return this.#recall("language") ?? (navigator.language.startsWith("ru") ? "ru" : "en");
  }

  set language(code) {
    this.#remember("language", code);
  }

  get name() {
    return this.#recall("name") || NAMES[this.language][this.id % NAMES[this.language].length];
  }

  set name(name) {
    this.#remember("name", name.trim());
  }

  /** A key for this person. The sandbox accepts every key that begins with `sk-sandbox-`. */
  get openaiKey() {
    return `sk-sandbox-${this.id}-answers-are-quotes`;
  }

  /** The number of the last message read, by chat. */
  get read() {
    return JSON.parse(this.#recall("read") ?? "{}");
  }

  set read(read) {
    this.#remember("read", JSON.stringify(read));
  }

  get anotherAddress() {
    return `?user=${makeId()}`;
  }
}

export const person = new Person();

/** "light" or "dark": the person's choice, or what their system prefers. */
export function currentTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return localStorage.getItem("sandbox.theme") ?? (dark ? "dark" : "light");
}

export function applyTheme() {
  const chosen = localStorage.getItem("sandbox.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}

export function toggleTheme() {
  localStorage.setItem("sandbox.theme", currentTheme() === "dark" ? "light" : "dark");
  applyTheme();
}
