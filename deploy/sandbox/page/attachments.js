/** Chosen, dropped or pasted files: a tray holds them until the message is sent. */

import { find, icon, make } from "./elements.js";
import { say, saySize } from "./words.js";

/** Returns the kind of message that a file becomes if it is not sent as a file. */
function mediaKind({ type }) {
  if (/^image\/(jpeg|png|webp)$/.test(type)) return "photo";
  if (/^audio\/(ogg|opus)$/.test(type)) return "voice";
  return { audio: "audio", video: "video" }[type.split("/")[0]] ?? "document";
}

export class Attachments {
  #files = [];
  #tray = find("tray");
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
    const input = find("files");
    find("attach").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = "";
    });
    find("text").addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    this.#listenForDrops(find("chat"), find("drop-zone"));
  }

  get isEmpty() {
    return this.#files.length === 0;
  }

  add(files) {
    this.#files.push(...files);
    this.#refresh();
  }

  /** Tells the kind of each file, as the person has chosen it. */
  get kindOf() {
    return find("compress").checked ? mediaKind : () => "document";
  }

  take() {
    const files = this.#files;
    this.#files = [];
    this.#refresh();
    return files;
  }

  #refresh() {
    const chips = this.#files.map((file, index) =>
      make(
        "li",
        { "data-file-name": file.name },
        icon("file"),
        make("span", { class: "file-name" }, file.name),
        make("span", { class: "caption" }, saySize(file.size)),
        make(
          "button",
          {
            type: "button",
            class: "tool",
            "aria-label": say("removeFile", { name: file.name }),
            onclick: () => {
              this.#files.splice(index, 1);
              this.#refresh();
              find("text").focus();
            },
          },
          icon("close"),
        ),
      ),
    );
    this.#tray.replaceChildren(...chips);
    this.#tray.hidden = this.isEmpty;
    find("as-media").hidden = this.#files.every((file) => mediaKind(file) === "document");
    this.#onChange();
  }

  #listenForDrops(chat, zone) {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    // Without this, a file dropped outside the chat would replace the page.
    for (const name of ["dragover", "drop"]) {
      addEventListener(name, (event) => carriesFiles(event) && event.preventDefault());
    }
    chat.addEventListener("dragenter", (event) => {
      if (carriesFiles(event)) zone.hidden = false;
    });
    zone.addEventListener("dragleave", () => {
      zone.hidden = true;
    });
    chat.addEventListener("drop", (event) => {
      zone.hidden = true;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
      find("text").focus();
    });
  }
}
