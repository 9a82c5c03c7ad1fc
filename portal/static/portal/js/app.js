/* What every page may use. Nothing here is needed to read or to send a form. */

import { count, element, pattern, say, toast } from "./say.js";
import { watchDrafts } from "./autosave.js";
import { watchIdle } from "./idle.js";
import { watchScoring } from "./scoring.js";
import { watchUploads } from "./upload.js";

/* Counters: the control says its limit, the counter says how much is left. */
function showCount(control) {
  const place = document.querySelector(`[data-counter="${CSS.escape(control.id)}"]`);
  if (!place) return;
  const limit = Number(control.dataset.limit || control.maxLength);
  const used = count(control.value);
  const left = limit - used;
  const field = control.closest(".field");
  if (!limit || limit < 0) {
    place.textContent = say("usedOnly", { used });
    return;
  }
  place.textContent = left < 0 ? say("over", { used, over: -left }) : say("used", { used, left });
  place.classList.toggle("bad", left < 0);
  if (field && !field.querySelector(".error")) {
    if (left < 0) field.dataset.tone = "bad";
    else delete field.dataset.tone;
  }
}

function watchCounters(root) {
  for (const place of root.querySelectorAll("[data-counter]")) {
    const control = document.getElementById(place.dataset.counter);
    if (!control || control.dataset.counted) continue;
    control.dataset.counted = "yes";
    control.addEventListener("input", () => showCount(control));
    showCount(control);
  }
}

/* Time left, brought up to date every half minute. */
function showTimeLeft(place) {
  const minutes = Math.floor((new Date(place.dataset.due) - Date.now()) / 60000);
  const numbers =
    minutes >= 1440
      ? [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)]
      : [Math.floor(minutes / 60), minutes % 60];
  const text = minutes < 0 ? "" : pattern(minutes >= 1440 ? "left" : "leftToday");
  const box = place.closest(".due");
  if (minutes < 0) {
    place.replaceChildren(element("b", { textContent: pattern("closed") }));
    if (box) box.dataset.tone = "bad";
    return;
  }
  const parts = text.split("{}");
  const nodes = parts.flatMap((part, place_) =>
    place_ < numbers.length && place_ < parts.length - 1
      ? [part, element("b", { textContent: numbers[place_] })]
      : [part],
  );
  place.replaceChildren(...nodes);
  if (box && "mine" in place.dataset && minutes < 3 * 1440) box.dataset.tone = "warn";
}

function watchDeadlines() {
  const refresh = () => document.querySelectorAll("[data-due]").forEach(showTimeLeft);
  if (document.querySelector("[data-due]")) setInterval(refresh, 30000);
}

/* Rows: <tbody data-rows="prefix"> with rows [data-row], a <template data-row-template> and
   buttons [data-row-add="prefix"], [data-row-remove]. A removed row is emptied and hidden, so that
   numbering stays; with a Django formset its DELETE box is ticked. */
function changed(place) {
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

function addRow(prefix) {
  const list = document.querySelector(`[data-rows="${CSS.escape(prefix)}"]`);
  const form = list.closest("form");
  const template = (form || document).querySelector(`template[data-row-template="${CSS.escape(prefix)}"]`);
  const total = form && form.elements.namedItem(`${prefix}-TOTAL_FORMS`);
  const number = total ? Number(total.value) : list.querySelectorAll("[data-row]").length;
  const shown = list.querySelectorAll("[data-row]:not([data-row-gone])").length;
  if (list.dataset.max && shown >= Number(list.dataset.max)) {
    toast(list.dataset.maxText || "");
    return;
  }
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", number);
  const row = holder.content.querySelector("[data-row]");
  list.append(row);
  if (total) total.value = number + 1;
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  watchCounters(row);
  changed(list);
}

function removeRow(row) {
  const list = row.closest("[data-rows]");
  const next = row.nextElementSibling || row.previousElementSibling;
  for (const control of row.querySelectorAll("input, select, textarea")) {
    if (control.name.endsWith("-DELETE")) control.checked = true;
    else if (control.type !== "hidden" && control.type !== "checkbox") control.value = "";
    control.required = false;
  }
  row.dataset.rowGone = "";
  next?.querySelector("input:not([type=hidden]), button")?.focus();
  changed(list);
}

/* Forms with data-guard ask before their changes are left behind. */
function guard(form) {
  let dirty = false;
  form.addEventListener("input", () => (dirty = true));
  form.addEventListener("submit", () => (dirty = false));
  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

function pressed(event) {
  const button = event.target.closest("button, a");
  const menu = document.querySelector("details.menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  else if (button.dataset.dialog) document.getElementById(button.dataset.dialog)?.showModal();
  else if ("dialogClose" in button.dataset) button.closest("dialog")?.close();
  else if (button.dataset.rowAdd) {
    event.preventDefault();
    addRow(button.dataset.rowAdd);
  } else if ("rowRemove" in button.dataset) {
    event.preventDefault();
    removeRow(button.closest("[data-row]"));
  }
  else if (button.dataset.copy) {
    navigator.clipboard?.writeText(button.dataset.copy).then(() => toast(button.dataset.copied || ""));
  } else if ("print" in button.dataset) print();
}

/* A form is sent once: its button turns busy, and free again when the page comes back. */
function sent(event) {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method === "dialog") return;
  if (event.target.dataset.sending) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sending = "yes";
  button.setAttribute("aria-busy", "true");
}

function freeForms() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", pressed);
document.addEventListener("submit", sent);
addEventListener("pageshow", freeForms);
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});
document.addEventListener("htmx:load", (event) => watchCounters(event.target));

watchCounters(document);
watchDeadlines();
document.querySelectorAll("form[data-guard]").forEach(guard);
document.querySelector("[data-focus]")?.focus();
watchDrafts();
watchUploads();
watchIdle();
watchScoring();
