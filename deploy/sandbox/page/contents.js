/** What a message holds besides its text: a file, a photo, a sound, a place, a poll. */

import { client } from "./client.js";
import { icon, make } from "./elements.js";
import { say, saySize } from "./words.js";

/** Returns the letters in a document's circle. */
function suffix(fileName) {
  return (/\.([^.]{1,4})$/.exec(fileName)?.[1] ?? "").toLowerCase();
}

export function makeDocument({ file_name: name, file_size: size }, address = null) {
  const title = name || say("file");
  return make(
    address ? "a" : "div",
    {
      class: "document",
      "data-file-name": title,
      href: address,
      download: address && title,
      "aria-label": address && `${say("download", { name: title })}, ${saySize(size)}`,
    },
    make("span", { class: "disc", "aria-hidden": "true" }, suffix(title) || icon("file")),
    make(
      "span",
      { class: "about" },
      make("span", { class: "file-name" }, title),
      make("span", { class: "file-size" }, saySize(size)),
    ),
  );
}

const addressOf = ({ file_id: id }) => client.fileAddress(id);

function makePicture(kind, { width, height }, address) {
  const image = make("img", { src: address, width, height, alt: say(kind), loading: "lazy" });
  return make("a", { class: `picture ${kind}`, href: address, target: "_blank" }, image);
}

const makePhoto = (sizes) => makePicture("photo", sizes.at(-1), addressOf(sizes.at(-1)));

const makeSticker = (sticker) => makePicture("sticker", sticker, addressOf(sticker));

const makeVideo = (kind) => (video) =>
  make("video", { class: `picture ${kind}`, src: addressOf(video), controls: true, preload: "metadata", "aria-label": say(kind) });

const makeSound = (kind) => (sound) => {
  const title = [sound.performer, sound.title || sound.file_name].filter(Boolean).join(" — ");
  return make(
    "figure",
    { class: "sound" },
    make("figcaption", { class: "caption" }, title || say(kind)),
    make("audio", { src: addressOf(sound), controls: true, preload: "metadata", "aria-label": title || say(kind) }),
  );
};

function makeCard(kind, title, ...lines) {
  const shown = lines.filter(Boolean).map((line) => make("span", { class: "line" }, line));
  return make("div", { class: `card ${kind}` }, make("b", {}, title), ...shown);
}

const sayPlace = ({ latitude, longitude }) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** The kinds in the order in which they are looked for: an animation is also a document. */
const MAKERS = {
  photo: makePhoto,
  video: makeVideo("video"),
  animation: makeVideo("animation"),
  video_note: makeVideo("video_note"),
  audio: makeSound("audio"),
  voice: makeSound("voice"),
  sticker: makeSticker,
  document: (document) => makeDocument(document, addressOf(document)),
  contact: ({ first_name: first, last_name: last, phone_number: phone }) =>
    makeCard("contact", [first, last].filter(Boolean).join(" "), phone),
  venue: ({ title, address, location }) => makeCard("venue", title, address, sayPlace(location)),
  location: (location) => makeCard("location", say("location"), sayPlace(location)),
  poll: ({ question, options }) => makeCard("poll", question, ...options.map(({ text }) => `○ ${text}`)),
  dice: ({ emoji, value }) => makeCard("dice", emoji, String(value)),
};

function findKind(content) {
  return Object.keys(MAKERS).find((kind) => content[kind]);
}

export function makeContent(content) {
  const kind = findKind(content);
  return MAKERS[kind](content[kind]);
}

/** Returns a few words for a content, e.g. for the list of chats. */
export function nameContent(content) {
  const kind = findKind(content);
  if (!kind) return "";
  return content[kind].file_name ?? content[kind].question ?? content[kind].title ?? content[kind].emoji ?? say(kind);
}
