/* One question of the paper: what is typed, what the server has, and what is under way between.

   A change goes into the outbox at once and to the server within seconds; one change of a question
   is under way at a time, and what may have arrived is repeated as it was before newer text. */

import { element, icon } from "../../portal/js/say.js";
import { choosePlace, inWords, isBlank, moveTo, read, same, write } from "./exam-answers.js";
import { newKey } from "./exam-outbox.js";

const CHOICE_WAIT = 300;
const TEXT_WAIT = 1200;
const LONGEST = 2400;

export class Question {
  constructor(root, paper) {
    Object.assign(this, { root, paper, id: root.dataset.question });
    this.number = Number(root.dataset.number);
    this.link = document.querySelector(`[data-nav] a[href="#q${this.number}"]`);
    this.revision = Number(root.dataset.revision);
    this.stored = read(root);
    this.sent = null;
    this.dueAt = Infinity;
    this.changedAt = 0;
    this.state = "";
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("change", (event) => this.typed(event));
    root.addEventListener("click", (event) => this.moved(event));
    root.querySelectorAll("[data-movers], [data-flagging]").forEach((part) => (part.hidden = false));
    this.flag = root.querySelector("[data-flag-box]");
    this.flag.checked = paper.flags.has(this.id);
  }

  get response() {
    return read(this.root);
  }

  get isDirty() {
    return this.sent !== null || !same(this.response, this.stored);
  }

  typed(event) {
    if (event.target === this.flag) return this.paper.mark(this);
    const row = event.target.closest("[data-letter]");
    if (row && event.type === "change") choosePlace(this.part(row), row);
    this.changed(event.target.matches("textarea, input:not([type=radio], [type=checkbox])"));
  }

  part = (row) => row.closest("[data-part]") ?? this.root;

  moved(event) {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("[data-letter]");
    const list = [...row.parentElement.children];
    const place = moveTo(this.part(row), row, list.indexOf(row) + 1 + Number(button.dataset.move));
    button.focus();
    this.paper.announce("moved", { letter: row.dataset.letter, place });
    this.changed(false);
  }

  /* Jitter spreads a room's saves; the longest wait holds for who never pauses. */
  changed(isText) {
    const now = performance.now();
    if (!this.isDirty) {
      this.dueAt = Infinity;
      this.paper.outbox.forget(this.id);
    } else {
      this.changedAt ||= now;
      const wait = (isText ? TEXT_WAIT : CHOICE_WAIT) * (1 + Math.random() / 3);
      this.dueAt = Math.min(now + wait, this.changedAt + LONGEST);
      if (!["conflict"].includes(this.state)) this.state = "waiting";
      this.keep();
    }
    this.show();
    this.paper.plan();
  }

  keep() {
    return this.paper.outbox.keep(this.id, this.response, this.revision, this.sent);
  }

  /** Put back what a window left behind before it was closed. */
  restore(entry) {
    if (same(entry.response, this.stored) && !entry.sent) return this.paper.outbox.forget(this.id);
    write(this.root, entry.response);
    this.sent = entry.sent;
    this.revisionAtHand = entry.base;
    this.state = "waiting";
    this.dueAt = 0;
    this.show();
    return undefined;
  }

  get isReady() {
    return this.state === "waiting" && performance.now() >= this.dueAt;
  }

  /** What is to be sent now: first what may have been sent before, as it was. */
  next() {
    if (!this.sent) {
      const base = this.revisionAtHand ?? this.revision;
      this.sent = { key: newKey(), base, response: this.response };
    }
    return { question: this.id, ...this.sent };
  }

  saved(said) {
    this.revision = said.revision;
    this.stored = this.sent.response;
    this.revisionAtHand = undefined;
    this.sent = null;
    this.savedAt = said.saved_at;
    this.changedAt = 0;
    this.root.querySelector("[data-conflict-place]").replaceChildren();
    if (this.isDirty) {
      this.state = "waiting";
      this.changedAt = performance.now();
      this.dueAt = this.changedAt + CHOICE_WAIT;
      this.keep();
    } else {
      this.state = "saved";
      this.dueAt = Infinity;
      this.paper.outbox.forget(this.id);
    }
    this.show();
  }

  /** The server will not take this text; it stays here until it is changed. */
  refused(reason) {
    this.sent = null;
    this.state = "refused";
    this.reason = reason;
    this.dueAt = Infinity;
    this.keep();
    this.show();
  }

  /** Another window saved first: both texts are shown, and one is chosen. */
  stale(said) {
    this.sent = null;
    this.state = "conflict";
    this.dueAt = Infinity;
    this.keep();
    const { say } = this.paper;
    const side = (title, response, button, choose) => {
      const words = inWords(this.root, response, say("nothing"));
      const pick = element("button", { type: "button", className: "btn btn--sm", textContent: say(button) });
      pick.addEventListener("click", choose);
      return element("div", {}, element("h3", { textContent: title }), element("p", { className: "kept", textContent: words }), pick);
    };
    const mine = side(say("mine"), this.response, "keepMine", () => this.keepMine(said));
    const theirs = side(say("theirs", { time: said.stored_at }), said.stored, "keepTheirs", () => this.keepTheirs(said));
    const note = element(
      "div",
      { className: "notice" },
      icon("warn"),
      element(
        "div",
        { className: "notice-body" },
        element("b", { textContent: say("stale", { n: this.number }) }),
        element("p", { textContent: say("staleHelp") }),
        element("div", { className: "conflict" }, mine, theirs),
      ),
    );
    note.dataset.tone = "warn";
    note.setAttribute("role", "alert");
    this.root.querySelector("[data-conflict-place]").replaceChildren(note);
    this.paper.open(this.number);
    this.show();
  }

  keepMine(said) {
    this.revision = said.revision;
    this.revisionAtHand = undefined;
    this.stored = said.stored;
    this.root.querySelector("[data-conflict-place]").replaceChildren();
    this.state = "waiting";
    this.dueAt = 0;
    if (this.isDirty) this.keep();
    else this.settle(said.stored_at);
    this.root.focus();
    this.show();
    this.paper.plan();
  }

  keepTheirs(said) {
    write(this.root, said.stored);
    this.revision = said.revision;
    this.revisionAtHand = undefined;
    this.stored = this.response;
    this.root.querySelector("[data-conflict-place]").replaceChildren();
    this.settle(said.stored_at);
    this.root.focus();
  }

  settle(savedAt) {
    this.state = "saved";
    this.savedAt = savedAt;
    this.changedAt = 0;
    this.dueAt = Infinity;
    this.paper.outbox.forget(this.id);
    this.show();
  }

  /** Another window of this browser saved: take it over where nothing was typed. */
  adopt({ response, revision, saved_at }) {
    if (this.isDirty || revision <= this.revision) return;
    write(this.root, response);
    this.stored = this.response;
    this.revision = revision;
    this.settle(saved_at);
  }

  /* The line above the question and its number in the answer card. */
  show() {
    const { say } = this.paper;
    const place = this.root.querySelector("[data-saved]");
    const lines = {
      waiting: ["clock", say("typing"), ""],
      sending: ["clock", say("saving"), ""],
      saved: ["check", say("saved", { time: this.savedAt }), ""],
      refused: ["warn", say("refused", { reason: this.reason }), "bad"],
      conflict: ["warn", say("stale", { n: this.number }), "warn"],
    };
    if (lines[this.state]) {
      const [mark, text, tone] = lines[this.state];
      if (tone) place.dataset.tone = tone;
      else delete place.dataset.tone;
      place.replaceChildren(icon(mark), element("span", { textContent: text }));
    }
    const isOpen = isBlank(this.response);
    const isUnsent = this.isDirty && ["refused", "conflict"].includes(this.state) || this.isLate;
    const state = isUnsent ? "warn" : isOpen ? "" : "done";
    if (state) this.link.dataset.state = state;
    else delete this.link.dataset.state;
    this.link.toggleAttribute("data-flag", this.flag.checked);
    const label = say(isUnsent ? "unsent" : isOpen ? "unanswered" : "answered", { n: this.number });
    this.link.setAttribute("aria-label", this.flag.checked ? say("flagged", { label }) : label);
    this.paper.count();
  }

  /* Sending has failed since this was typed. */
  get isLate() {
    return this.isDirty && this.paper.failures > 0;
  }
}
