/* Uploads with a bar that survive a dropped connection.

   <form data-upload> around one file input, and a form with <input type=file data-ticket>, send the
   file in parts (portal/core/files/staging.py): each with its digest, the same one again when it
   was lost. Then a form of the first kind is posted by itself, naming the upload; in one of the
   second kind a hidden field names it and the person goes on writing. Without a digest in the
   browser (plain HTTP) or without script, the form carries the file itself. */

import { element, say } from "./say.js";

const megabytes = (bytes) => (bytes / 1048576).toFixed(1);
const inParts = () => Boolean(window.crypto?.subtle && window.fetch);
const PAUSES = [1, 2, 4, 8, 15, 30];
const JSON_WANTED = { Accept: "application/json, text/html" };

class Refusal extends Error {}

async function digest(blob) {
  const sum = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* --- what the person sees ------------------------------------------------------------------- */

function clear(form) {
  form.querySelector("[data-upload-note]")?.remove();
}

function fail(form, text) {
  clear(form);
  const note = element("p", { className: "error", textContent: text });
  note.dataset.uploadNote = "";
  note.setAttribute("role", "alert");
  place(form, note);
}

function place(form, note) {
  const input = form.querySelector("input[type=file]");
  if (form.matches("[data-upload]")) form.append(note);
  else input.after(note);
}

/** A bar with words and a way to stop; returns what changes it. */
function begin(form, file, stop) {
  clear(form);
  const note = element("div", { className: "meter upload-note" });
  const text = element("span", { textContent: say("uploading", { percent: 0 }) });
  const bar = element("progress", { max: 100, value: 0 });
  const button = element("button", { type: "button", className: "btn btn--sm", textContent: say("uploadCancel") });
  const spoken = element("span", { className: "vh" });
  spoken.setAttribute("role", "status");
  bar.setAttribute("aria-label", file.name);
  note.dataset.uploadNote = "";
  button.addEventListener("click", stop);
  note.append(text, button, bar, spoken);
  place(form, note);
  let told = -1;
  return {
    share(share) {
      const percent = Math.min(100, Math.floor(share * 100));
      bar.value = percent;
      text.textContent = percent < 100 ? say("uploading", { percent }) : say("checking");
      // A reader of the screen is told every quarter, not every part.
      if (Math.floor(percent / 25) > told) {
        told = Math.floor(percent / 25);
        spoken.textContent = text.textContent;
      }
    },
    waiting() {
      text.textContent = say("uploadWaiting");
      spoken.textContent = text.textContent;
    },
    /** The file is here and goes out with the form; to take it back is still possible. */
    here(takeBack) {
      bar.value = 100;
      button.addEventListener("click", takeBack);
      text.textContent = say("uploadHere", { name: file.name });
      spoken.textContent = text.textContent;
    },
  };
}

/* --- parts ------------------------------------------------------------------------------------ */

/** Wait, or until the connection is back. */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    window.addEventListener("online", resolve, { once: true });
    signal.addEventListener("abort", () => { clearTimeout(timer); reject(new DOMException("", "AbortError")); }, { once: true });
  });
}

/** Ask until there is an answer; a refusal is thrown, what is only broken is asked again. */
async function insist(url, options, signal, show) {
  for (let tried = 0; ; tried += 1) {
    try {
      const answer = await fetch(url, { ...options, signal, method: "POST", credentials: "same-origin" });
      if (answer.status < 500 && answer.status !== 429 && answer.status !== 400) return answer;
    } catch (fault) {
      if (fault.name === "AbortError") throw fault;
    }
    show.waiting();
    await pause(PAUSES[Math.min(tried, PAUSES.length - 1)], signal);
  }
}

async function answerOf(response) {
  const found = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (response.ok || response.status === 409) return found;
  throw Object.assign(new Refusal(found.reason || say("uploadFailed")), { code: found.code });
}

/** Whether the parts that are there are parts of this file, and not of another of its name. */
async function isSame(file, parts) {
  for (const part of parts) {
    if ((await digest(file.slice(part.offset, part.offset + part.size))) !== part.sha256) return false;
  }
  return true;
}

async function sendParts(file, input, form, signal, show) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  const start = () => {
    const body = new FormData();
    body.append("ticket", input.dataset.ticket);
    body.append("name", file.name);
    body.append("size", file.size);
    return insist(input.dataset.begin, { headers, body }, signal, show).then(answerOf);
  };
  let found = await start();
  if (!(await isSame(file, found.parts))) {
    await insist(found.cancel, { headers }, signal, show);
    found = await start();
  }
  form.dataset.cancelUrl = found.cancel;
  let at = found.received;
  for (let again = 0; at < file.size; ) {
    show.share(at / file.size);
    const part = file.slice(at, at + found.part);
    const more = { ...headers, "Content-Type": "application/octet-stream", "Upload-Offset": at, "Part-Sha256": await digest(part) };
    try {
      at = (await insist(found.url, { headers: more, body: part }, signal, show).then(answerOf)).received;
    } catch (fault) {
      again += 1;
      if (fault.code !== "digest" || again > 5) throw fault;
    }
  }
  show.share(1);
  return found.id;
}

/* --- forms ------------------------------------------------------------------------------------ */

async function post(form, body) {
  const answer = await fetch(form.action, { method: "POST", body, headers: JSON_WANTED, credentials: "same-origin" });
  if (answer.status >= 400) {
    let reason = "";
    if (answer.headers.get("Content-Type")?.includes("json")) reason = (await answer.json()).reason;
    throw new Refusal(reason || say("uploadFailed"));
  }
  const target = new URL(answer.url || location.href);
  if (target.pathname === location.pathname) location.reload();
  else location.assign(target);
}

async function send(form, input) {
  const file = input.files[0];
  const stopping = new AbortController();
  const show = begin(form, file, () => stopping.abort());
  const body = new FormData(form);
  input.disabled = true;
  try {
    const id = await sendParts(file, input, form, stopping.signal, show);
    if (form.matches("[data-upload]")) {
      body.delete(input.name);
      body.append("upload", id);
      await post(form, body);
      return;
    }
    form.elements.upload.value = id;
    input.value = "";
    show.here(() => {
      form.elements.upload.value = "";
      cancel(form).then(() => fail(form, say("uploadCancelled")));
    });
  } catch (fault) {
    if (fault.name === "AbortError") await cancel(form);
    fail(form, fault instanceof Refusal ? fault.message : say(fault.name === "AbortError" ? "uploadCancelled" : "uploadFailed"));
    input.value = "";
  } finally {
    input.disabled = false;
  }
}

async function cancel(form) {
  if (!form.dataset.cancelUrl) return;
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  await fetch(form.dataset.cancelUrl, { method: "POST", headers, credentials: "same-origin" }).catch(() => {});
}

/** The way without digests: the form itself, with the browser's own count of what went out. */
function sendWhole(form, input) {
  const request = new XMLHttpRequest();
  const show = begin(form, input.files[0], () => { request.abort(); fail(form, say("uploadCancelled")); });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", JSON_WANTED.Accept);
  request.upload.addEventListener("progress", (event) => event.lengthComputable && show.share(event.loaded / event.total));
  request.addEventListener("error", () => fail(form, say("uploadFailed")));
  request.addEventListener("load", () => {
    if (request.status < 400) location.reload();
    else fail(form, JSON.parse(request.getResponseHeader("Content-Type")?.includes("json") ? request.responseText : "{}").reason || say("uploadFailed"));
  });
  request.send(new FormData(form));
}

function accepts(form, input) {
  const limit = Number(input.dataset.maxBytes);
  const file = input.files[0];
  if (!file) return false;
  if (limit && file.size > limit) {
    fail(form, say("tooLarge", { size: megabytes(file.size), limit: Math.round(limit / 1048576) }));
    input.value = "";
    return false;
  }
  return true;
}

export function watchUploads() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const input = form.querySelector("input[type=file]");
    if (!input) continue;
    const go = () => accepts(form, input) && (inParts() && input.dataset.ticket ? send : sendWhole)(form, input);
    form.querySelector("[data-upload-send]")?.setAttribute("hidden", "");
    input.addEventListener("change", go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go();
    });
  }
  if (!inParts()) return;
  for (const input of document.querySelectorAll("form:not([data-upload]) input[type=file][data-ticket]")) {
    const { form } = input;
    let sending = null;
    input.addEventListener("change", () => {
      form.elements.upload.value = "";
      if (accepts(form, input)) sending = send(form, input);
    });
    // What is still on its way is waited for, then the form goes out as it is.
    form.addEventListener("submit", (event) => {
      if (!sending || !input.disabled) return;
      event.preventDefault();
      const { submitter } = event;
      sending.then(() => form.elements.upload.value && form.requestSubmit(submitter));
      sending = null;
    });
  }
}
