/* Forms that save by themselves: <form data-autosave="URL" data-revision="7" data-key="…">.

   1.5 s after the last change the fields (no files) and `revision` are posted, asking for JSON:
   200 {revision, saved_at?, errors?}  saved; saved_at is a clock time as text
   409 {revision, theirs: {field: text}, by?}  somebody else saved first: both texts are kept
   4xx {reason}  refused; the text stays on the page and on this device
   Without an answer the text is kept in localStorage and tried again; after a reload it is put back. */

import { clock, element, icon, say } from "./say.js";

const WAIT = 1500;
const RETRY = 8000;
const KEEP_DAYS = 7;

const isSaved = (control) =>
  control.name && !["file", "submit", "button"].includes(control.type) && control.name !== "csrfmiddlewaretoken";

/** Field values by name, each a list, as the server would read them. */
function valuesOf(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || ["csrfmiddlewaretoken", "revision"].includes(name)) continue;
    (values[name] ??= []).push(value);
  }
  return values;
}

function putBack(form, values) {
  for (const control of form.elements) {
    if (!isSaved(control) || control.type === "hidden") continue;
    const given = values[control.name];
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = Boolean(given?.includes(control.value));
    } else if (control.multiple) {
      for (const option of control.options) option.selected = Boolean(given?.includes(option.value));
    } else if (given) control.value = given.length > 1 ? given.shift() : given[0];
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.revision = form.dataset.revision;
    this.key = `anfan:${form.dataset.key || this.url}`;
    this.places = document.querySelectorAll("[data-saved]");
    this.timer = 0;
    this.busy = false;
    this.waiting = false;
    this.atOpening = JSON.stringify(valuesOf(form));
    form.addEventListener("input", () => this.plan());
    form.addEventListener("change", () => this.plan());
    form.addEventListener("submit", () => this.leave());
    addEventListener("beforeunload", (event) => this.waiting && event.preventDefault());
    addEventListener("online", () => this.waiting && this.save());
    this.restore();
  }

  tell(key, tone, mark, values = {}) {
    for (const place of this.places) {
      if (tone) place.dataset.tone = tone;
      else delete place.dataset.tone;
      place.replaceChildren(icon(mark), element("span", { textContent: say(key, values) }));
    }
  }

  plan(wait = WAIT) {
    this.waiting = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  leave() {
    clearTimeout(this.timer);
    this.waiting = false;
    this.keep(true);
  }

  /* `left`: the form itself was sent; a later revision on the server means it arrived. */
  keep(left = false) {
    const copy = { at: Date.now(), revision: this.revision, left, values: valuesOf(this.form) };
    try {
      localStorage.setItem(this.key, JSON.stringify(copy));
    } catch {
      /* no room or not allowed: the page itself still holds the text */
    }
  }

  forget() {
    localStorage.removeItem(this.key);
  }

  restore() {
    let copy = null;
    try {
      copy = JSON.parse(localStorage.getItem(this.key));
    } catch {
      return;
    }
    if (!copy) return;
    const fresh = Date.now() - copy.at < KEEP_DAYS * 864e5;
    const same = JSON.stringify(copy.values) === this.atOpening;
    const arrived = copy.left && copy.revision !== this.revision;
    if (!fresh || same || arrived) {
      this.forget();
      return;
    }
    if (copy.revision === this.revision) {
      putBack(this.form, copy.values);
      this.tell("restored", "warn", "clock");
      this.form.dispatchEvent(new Event("input", { bubbles: true }));
    } else this.disagree(this.theirsNow(), copy.values);
  }

  theirsNow() {
    const values = valuesOf(this.form);
    return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.join(", ")]));
  }

  async save() {
    if (this.busy) return this.plan(300);
    this.busy = true;
    clearTimeout(this.timer);
    const sentValues = JSON.stringify(valuesOf(this.form));
    this.tell("saving", "", "clock");
    try {
      await this.send(sentValues);
    } catch {
      this.keep();
      this.tell("offline", "warn", "clock");
      this.plan(RETRY);
    } finally {
      this.busy = false;
    }
  }

  async send(sentValues) {
    const body = new FormData(this.form);
    for (const control of this.form.elements) if (control.type === "file") body.delete(control.name);
    body.set("revision", this.revision);
    const answer = await fetch(this.url, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.status >= 500 || answer.redirected) throw new Error("no answer");
    const said = await answer.json();
    if (answer.ok) this.saved(said, sentValues);
    else if (answer.status === 409) this.disagree(said.theirs || {}, valuesOf(this.form), said.revision);
    else this.refused(said);
  }

  saved(said, sentValues) {
    this.revision = String(said.revision ?? this.revision);
    this.form.dataset.revision = this.revision;
    const field = this.form.elements.namedItem("revision");
    if (field) field.value = this.revision;
    this.forget();
    this.tell("saved", "", "check", { time: said.saved_at || clock() });
    this.waiting = sentValues !== JSON.stringify(valuesOf(this.form));
    if (this.waiting) this.plan();
    this.form.dispatchEvent(new CustomEvent("draft:saved", { bubbles: true, detail: said }));
  }

  refused(said) {
    this.keep();
    const reason = said.reason || Object.values(said.errors || {}).flat().join(" ");
    this.tell(reason ? "denied" : "failed", "bad", "warn", { reason });
    this.waiting = false;
  }

  /* Both texts side by side, for the fields that differ; the reader chooses. */
  disagree(theirs, mine, revision) {
    this.keep();
    clearTimeout(this.timer);
    this.waiting = false;
    this.tell("conflict", "bad", "warn");
    document.querySelector("[data-conflict]")?.remove();
    const names = Object.keys(theirs).filter((name) => (mine[name] || []).join(", ") !== String(theirs[name]));
    const side = (title, pick, button, act) => {
      const box = element("div", {}, element("h3", { textContent: say(title) }));
      for (const name of names) {
        const label = this.form.querySelector(`[name="${CSS.escape(name)}"]`)?.labels?.[0];
        if (label) box.append(element("small", { textContent: label.textContent.trim() }));
        box.append(element("p", { textContent: pick(name) }));
      }
      const choose = element("button", { type: "button", className: "btn btn--sm", textContent: say(button) });
      choose.addEventListener("click", act);
      box.append(choose);
      return box;
    };
    const done = () => note.remove();
    const note = element(
      "div",
      { className: "notice" },
      icon("warn"),
      element(
        "div",
        { className: "notice-body" },
        element("b", { textContent: say("conflict") }),
        element("p", { textContent: say("conflictHelp") }),
        element(
          "div",
          { className: "conflict" },
          side("mine", (name) => (mine[name] || []).join(", "), "keepMine", () => {
            if (revision !== undefined) this.revision = String(revision);
            putBack(this.form, mine);
            done();
            this.save();
          }),
          side("theirs", (name) => String(theirs[name]), "keepTheirs", () => {
            this.forget();
            location.reload();
          }),
        ),
      ),
    );
    note.dataset.tone = "warn";
    note.dataset.conflict = "";
    note.setAttribute("role", "alert");
    this.form.prepend(note);
  }
}

export function watchDrafts() {
  for (const form of document.querySelectorAll("form[data-autosave]")) new Draft(form);
}
