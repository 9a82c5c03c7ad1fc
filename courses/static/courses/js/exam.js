/* The paper: one question at a time, saving by itself, the server's time, other windows, the end.

   Nothing here decides anything: what is an answer, whose turn it is and when it ends is said by
   the server. Without this script the paper is one long form that saves and hands in as well. */

import { element, icon } from "../../portal/js/say.js";
import { isBlank } from "./exam-answers.js";
import { ServerClock } from "./exam-clock.js";
import { Outbox } from "./exam-outbox.js";
import { Question } from "./exam-question.js";

const facts = document.querySelector("[data-exam]").dataset;
const words = JSON.parse(document.getElementById("exam-words").textContent);
const HEARTBEAT = 20_000;
const PATIENCE = 15_000;
const LONGEST_RETRY = 30_000;

const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const find = (name) => document.querySelector(`[data-${name}]`);

class Paper {
  constructor(outbox) {
    this.outbox = outbox;
    this.say = say;
    this.failures = 0;
    this.busy = false;
    this.over = false;
    this.form = find("paper");
    this.token = this.form.elements.namedItem("csrfmiddlewaretoken").value;
    this.clock = new ServerClock(Number(facts.now), Number(facts.deadline), Number(facts.started) * 1000);
    this.flagsKey = `anfan-flags-${facts.exam}`;
    this.flags = new Set(this.recall(this.flagsKey, []));
    this.questions = [...document.querySelectorAll("[data-question]")].map((root) => new Question(root, this));
    this.byId = new Map(this.questions.map((question) => [question.id, question]));
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`anfan-exam-${facts.exam}`) : null;
  }

  async begin() {
    this.listen();
    for (const entry of await this.outbox.waiting()) this.byId.get(entry.question)?.restore(entry);
    if (!this.outbox.isLasting) this.banner("store", "warn", say("noStore"));
    this.questions.forEach((question) => question.show());
    const remembered = this.recall(`anfan-place-${facts.exam}`, 1);
    this.open(this.numberIn(location.hash) || remembered, false);
    this.dress(); // after one question is chosen: the page never shows all of them as its live form
    setInterval(() => this.tick(), 250);
    setInterval(() => this.beat(), HEARTBEAT);
    this.tick();
    this.pump();
  }

  recall(key, usual) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? usual;
    } catch {
      return usual;
    }
  }

  remember(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* a convenience only */
    }
  }

  dress() {
    document.body.dataset.live = "";
    find("plain").hidden = true;
    find("foot").hidden = false;
    find("check").hidden = false;
  }

  listen() {
    addEventListener("hashchange", () => this.open(this.numberIn(location.hash)));
    addEventListener("online", () => this.retry());
    addEventListener("beforeunload", (event) => this.unsent().length && !this.over && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden ? this.hurry() : this.beat());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.hurry();
    });
    find("foot").addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]")?.dataset.step;
      if (step) this.open(this.place + Number(step));
    });
    find("check").addEventListener("click", (event) => this.check(event));
    this.channel?.addEventListener("message", ({ data }) => this.heard(data));
    this.channel?.postMessage({ type: "hello" });
  }

  /* --- one question at a time --- */

  numberIn = (hash) => Number(/^#q(\d+)$/.exec(hash)?.[1] ?? 0);

  open(number, move = true) {
    const place = Math.max(1, Math.min(number || 1, this.questions.length));
    this.place = place;
    for (const question of this.questions) {
      question.root.hidden = question.number !== place;
      if (question.number === place) question.link.setAttribute("aria-current", "step");
      else question.link.removeAttribute("aria-current");
    }
    const [back, on] = find("foot").querySelectorAll("[data-step]");
    back.disabled = place === 1;
    on.disabled = place === this.questions.length;
    if (this.numberIn(location.hash) !== place) history.replaceState(null, "", `#q${place}`);
    this.remember(`anfan-place-${facts.exam}`, place);
    if (move) {
      this.questions[place - 1].root.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
  }

  mark(question) {
    if (question.flag.checked) this.flags.add(question.id);
    else this.flags.delete(question.id);
    this.remember(this.flagsKey, [...this.flags]);
    question.show();
  }

  count() {
    const open = this.questions?.filter((question) => isBlank(question.response)).length;
    if (open === undefined) return;
    find("counts").textContent = say("counts", { done: this.questions.length - open, open });
  }

  announce(key, values) {
    find("announce").textContent = say(key, values);
  }

  /* --- sending --- */

  unsent = () => this.questions.filter((question) => question.isDirty);

  plan() {
    clearTimeout(this.timer);
    const next = Math.min(...this.questions.filter((one) => one.state === "waiting").map((one) => one.dueAt));
    if (next < Infinity) this.timer = setTimeout(() => this.pump(), Math.max(0, next - performance.now()));
  }

  hurry() {
    for (const question of this.questions) if (question.state === "waiting") question.dueAt = 0;
    return this.pump();
  }

  retry() {
    clearTimeout(this.wait);
    this.wait = 0;
    return this.hurry();
  }

  /* One after the other: a room that comes back from a lost network does not storm the server. */
  async pump() {
    if (this.busy || this.wait || this.over) return;
    this.busy = true;
    try {
      for (let next = this.ready(); next && !this.wait && !this.over; next = this.ready()) await this.send(next);
    } finally {
      this.busy = false;
    }
    this.plan();
  }

  ready = () => this.questions.find((question) => question.isReady);

  async send(question) {
    const change = question.next();
    question.state = "sending";
    await question.keep();
    question.show();
    const answer = await this.ask(facts.saveUrl, { method: "POST", body: JSON.stringify(change) });
    if (!answer) {
      question.state = "waiting";
      question.dueAt = 0;
      this.failed();
      question.show();
      return;
    }
    this.reached();
    const { status, said } = answer;
    if (status === 200) {
      question.saved(said);
      this.channel?.postMessage({ type: "saved", question: question.id, response: change.response, revision: said.revision, saved_at: said.saved_at });
      this.line("check", say("saved", { time: said.saved_at }));
    } else if (said.code === "stale") question.stale(said);
    else if (said.code === "other_device") {
      question.state = "waiting";
      this.elsewhere(said.takeover);
    } else if (said.code === "ended") {
      question.sent = null;
      await this.outbox.forget(question.id);
      question.stored = question.response;
      question.state = "";
      await this.ended(said.receipt);
    } else question.refused(said.reason ?? "");
  }

  /** Ask the server; nothing when it gave no answer of its own. */
  async ask(url, options = {}) {
    const asked = performance.now();
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" };
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      const answer = await fetch(url, { headers, redirect: "manual", signal, ...options });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        this.signedOut();
        return null;
      }
      if (answer.status >= 500 || answer.status === 404) return null;
      const said = await answer.json();
      this.banner("signed", "");
      if (said.now) this.clock.set(said.now, said.deadline, performance.now() - asked);
      return { status: answer.status, said };
    } catch {
      return null;
    }
  }

  failed() {
    this.failures += 1;
    const wait = Math.min(LONGEST_RETRY, 1000 * 2 ** Math.min(this.failures - 1, 5)) * (0.75 + Math.random() / 2);
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.retry(), wait);
    this.banner("offline", "warn", say("offline"));
    this.line("clock", say("waiting", { n: this.unsent().length }));
    this.unsent().forEach((question) => question.show());
  }

  reached() {
    if (!this.failures) return;
    this.failures = 0;
    this.banner("offline", "");
    this.questions.forEach((question) => question.show());
    this.announce("backOnline");
  }

  signedOut() {
    const link = element("a", { href: `${facts.loginUrl}?next=${encodeURIComponent(location.pathname)}`, target: "_blank", textContent: say("signIn") });
    this.banner("signed", "bad", say("signedOut"), link);
  }

  /* --- what the server says of time and state --- */

  tick() {
    find("clock").querySelector("span").textContent = this.clock.text();
    const used = find("used");
    Object.assign(used, this.clock.used);
    const mark = this.clock.mark();
    if (mark) this.announce(mark === 1 ? "lastMinute" : "left", { n: mark });
    find("clock").toggleAttribute("data-late", this.clock.left < 300_000);
    if (this.clock.left === 0 && !this.timeUp && !this.over) this.finish();
  }

  async beat() {
    if (this.over) return;
    const answer = await this.ask(facts.stateUrl);
    if (!answer) return;
    this.reached();
    const { said } = answer;
    if (said.has_ended) await this.ended(said.receipt);
    else if (!said.writes_here) this.elsewhere(facts.stateUrl.replace(/state\/$/, "takeover/"));
    else this.compare(said.revisions);
  }

  /* Another window saved what is not shown here and did not say so. */
  compare(revisions) {
    const behind = this.questions.filter((one) => !one.isDirty && (revisions[one.id] ?? 0) > one.revision);
    if (!behind.length) return;
    const link = element("a", { href: location.href, textContent: say("reload") });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.reload();
    });
    this.banner("changed", "warn", say("changedElsewhere", { n: behind.map((one) => one.number).join(", ") }), link);
  }

  /** Time is up: send what is left, then hand in. The server decides whether it was in time. */
  async finish() {
    this.timeUp = true;
    this.banner("time", "warn", say("timeUp"));
    this.announce("timeUp");
    const end = performance.now() + Number(facts.grace) * 1000;
    while (this.unsent().length && performance.now() < end && !this.over) {
      await this.retry();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    if (this.over) return;
    this.over = true;
    this.channel?.postMessage({ type: "ended" });
    find("hand-in").submit();
  }

  async ended(receipt) {
    if (this.over) return;
    this.banner("time", "warn", say("ended"));
    // What is still here goes to the server too: kept beside the paper, for an examiner to see.
    for (const question of this.unsent()) {
      const answer = await this.ask(facts.saveUrl, { method: "POST", body: JSON.stringify(question.next()) });
      if (answer) await this.outbox.forget(question.id);
    }
    this.over = true;
    this.channel?.postMessage({ type: "ended" });
    location.assign(receipt);
  }

  elsewhere(takeover) {
    this.over = true;
    for (const question of this.unsent()) question.keep();
    for (const control of this.form.elements) control.disabled = true;
    const link = element("a", { href: takeover, className: "btn btn--sm", textContent: say("takeOver") });
    this.banner("device", "bad", say("otherDevice"), link);
    find("check").hidden = true;
    find("device-link")?.focus();
  }

  /* --- other windows of this browser --- */

  heard(message) {
    if (message.type === "hello") this.channel.postMessage({ type: "here" });
    if (message.type === "hello" || message.type === "here") this.banner("window", "warn", say("otherWindow"));
    if (message.type === "saved") this.byId.get(message.question)?.adopt(message);
    if (message.type === "ended" && !this.over) setTimeout(() => this.beat(), 500);
  }

  /* --- handing in --- */

  async check(event) {
    event.preventDefault();
    const link = find("check");
    if (this.unsent().length) {
      await this.retry();
      while (this.busy) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (this.over) return;
    if (!this.unsent().length) {
      location.assign(link.href);
      return;
    }
    this.banner("early", "warn", say("tooFewSent"));
    const waiting = this.unsent().find((question) => ["conflict", "refused"].includes(question.state));
    if (waiting) this.open(waiting.number);
  }

  /* --- words on the page --- */

  line(mark, text) {
    find("line").replaceChildren(icon(mark), element("span", { textContent: text }));
  }

  /** Show, change or (without text) take away one strip above the question. */
  banner(name, tone, text = "", ...more) {
    const place = find("banners");
    const old = place.querySelector(`[data-banner="${name}"]`);
    if (!text) {
      old?.remove();
      return;
    }
    if (old?.dataset.text === text) return;
    const body = element("div", { className: "notice-body" }, text, " ", ...more);
    const strip = element("div", { className: "notice" }, icon("warn"), body);
    Object.assign(strip.dataset, { banner: name, tone, text });
    strip.setAttribute("role", tone === "bad" ? "alert" : "status");
    if (old) old.replaceWith(strip);
    else place.append(strip);
  }
}

new Paper(await Outbox.open(facts.exam)).begin();
