/** The menu of a bot's commands: all of them for the menu button, the matching ones after a "/". */

import { find, make } from "./elements.js";

export class CommandMenu {
  #list = find("command-list");
  #button = find("menu");
  #text = find("text");
  #commands = [];
  #chosen = -1;
  #isWhole = false;

  constructor(onChoose) {
    this.onChoose = onChoose;
    this.#button.addEventListener("click", () => this.#toggle());
    this.#text.addEventListener("input", () => this.#suggest());
    this.#list.addEventListener("click", (event) => {
      const command = event.target.closest("[data-command]")?.dataset.command;
      if (command) this.#choose(command);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest("#command-list, #menu, #text")) this.close();
    });
  }

  set commands(commands) {
    const before = JSON.stringify(this.#commands);
    this.#commands = commands;
    this.#button.hidden = commands.length === 0;
    if (this.#list.hidden || before === JSON.stringify(commands)) return;
    if (this.#isWhole) this.#show(commands);
    else this.#suggest();
  }

  close() {
    this.#show([]);
    this.#isWhole = false;
  }

  /** Returns whether the menu has handled the key. */
  handleKey(event) {
    if (this.#list.hidden) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.#mark(this.#chosen + moves[event.key]);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && this.#options[this.#chosen]) {
      this.#choose(this.#options[this.#chosen].dataset.command);
    } else return false;
    event.preventDefault();
    return true;
  }

  get #options() {
    return [...this.#list.children];
  }

  #toggle() {
    if (this.#isWhole) {
      this.close();
      return;
    }
    this.#show(this.#commands);
    this.#isWhole = true;
    this.#text.focus();
  }

  #suggest() {
    this.#isWhole = false;
    const typed = /^\/(\w*)$/.exec(this.#text.value)?.[1];
    const fits = ({ command }) => command.startsWith(typed.toLowerCase());
    this.#show(typed === undefined ? [] : this.#commands.filter(fits));
    if (typed !== undefined) this.#mark(0);
  }

  #choose(command) {
    this.close();
    this.onChoose(command);
  }

  #show(commands) {
    const rows = commands.map(({ command, description }, index) =>
      make(
        "li",
        { role: "option", id: `command-${index}`, "data-command": `/${command}`, "aria-selected": "false" },
        make("b", {}, `/${command}`),
        make("span", {}, description),
      ),
    );
    this.#list.replaceChildren(...rows);
    this.#list.hidden = rows.length === 0;
    this.#button.setAttribute("aria-expanded", String(rows.length > 0));
    this.#mark(-1);
  }

  #mark(index) {
    const options = this.#options;
    this.#chosen = options.length && index !== -1 ? (index + options.length) % options.length : index;
    options.forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === this.#chosen));
    });
    const marked = options[this.#chosen];
    if (marked) this.#text.setAttribute("aria-activedescendant", marked.id);
    else this.#text.removeAttribute("aria-activedescendant");
    marked?.scrollIntoView({ block: "nearest" });
  }
}
