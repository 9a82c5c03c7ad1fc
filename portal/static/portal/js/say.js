/* Words and small parts all scripts share. Sentences come translated from the page (json id "words"). */

const source = document.getElementById("words");
const words = source ? JSON.parse(source.textContent) : {};

/** A sentence with its {places} filled in. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The sentence itself, with places still open. */
export const pattern = (key) => words[key] ?? "";

/** 14:03:21 in programme time. */
export const clock = (moment = new Date()) =>
  moment.toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai", hour12: false });

/** A drawing of the sprite. */
export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "i");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(drawing.namespaceURI, "use");
  use.setAttribute("href", `#i-${name}`);
  drawing.append(use);
  return drawing;
}

/** An element with properties and children; text is never read as markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Length as people count characters. */
export const count = (text) => [...text].length;

/** A short word at the foot of the page, gone after six seconds. */
export function toast(text) {
  let place = document.querySelector(".toasts");
  if (!place) {
    place = element("div", { className: "toasts" });
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  const note = element("span", { className: "toast", textContent: text });
  place.append(note);
  setTimeout(() => note.remove(), 6000);
}
