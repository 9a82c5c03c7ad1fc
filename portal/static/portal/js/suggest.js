/* Suggestions below a search field: titles of public pages while somebody types. The form works
   without; arrows choose, Enter opens, Escape closes. Loaded by the search_form component. */

import { element } from "./say.js";

const WAIT = 200;
const LEAST = 1;

class Suggestions {
  #field;
  #list;
  #timer = 0;
  #asking = null;
  #chosen = -1;

  constructor(form) {
    this.#field = form.querySelector("input[type=search]");
    this.#list = element("ul", { className: "suggestions", id: `${this.#field.id}-list`, hidden: true });
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", form.dataset.suggestLabel);
    form.append(this.#list);
    const states = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.#list.id };
    for (const [name, value] of Object.entries(states)) this.#field.setAttribute(name, value);
    this.#field.autocomplete = "off";
    this.#field.addEventListener("input", () => this.#wait(form.dataset.suggest));
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || this.#close());
  }

  #wait(address) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(address), WAIT);
  }

  async #ask(address) {
    const typed = this.#field.value.trim();
    this.#asking?.abort();
    if (typed.length < LEAST) return this.#close();
    this.#asking = new AbortController();
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { signal: this.#asking.signal });
      if (answer.ok) this.#show((await answer.json()).suggestions);
    } catch {
      /* no suggestions; the field and its button are still there */
    }
  }

  #show(found) {
    this.#chosen = -1;
    this.#field.removeAttribute("aria-activedescendant");
    this.#list.replaceChildren(...found.map((one, place) => this.#option(one, place)));
    this.#open(found.length > 0);
  }

  #option({ title, url, kind }, place) {
    const link = element("a", { href: url, tabIndex: -1 }, element("span", { textContent: title }), element("small", { textContent: kind }));
    const option = element("li", { id: `${this.#list.id}-${place}` }, link);
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  }

  #key(event) {
    const options = [...this.#list.children];
    if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault();
      return this.#close();
    }
    if (this.#list.hidden || !options.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const places = options.length + 1;
      this.#choose(options, ((this.#chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && this.#chosen >= 0) {
      event.preventDefault();
      options[this.#chosen].querySelector("a").click();
    }
  }

  #choose(options, place) {
    this.#chosen = place;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    if (place < 0) this.#field.removeAttribute("aria-activedescendant");
    else this.#field.setAttribute("aria-activedescendant", options[place].id);
  }

  #open(is) {
    this.#list.hidden = !is;
    this.#field.setAttribute("aria-expanded", String(is));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#open(false);
  }
}

for (const form of document.querySelectorAll("form[data-suggest]")) new Suggestions(form);
