/* Uploads with a bar: <form data-upload> around one file input, optionally data-max-bytes on it.

   The form posts to the same address as without script and is answered the same way (a redirect to
   the page); refusals may be JSON {reason}. */

import { element, say } from "./say.js";

const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

function fail(form, text) {
  form.querySelector("[data-upload-note]")?.remove();
  const note = element("p", { className: "error", textContent: text });
  note.dataset.uploadNote = "";
  note.setAttribute("role", "alert");
  form.append(note);
}

function reasonOf(request) {
  try {
    return JSON.parse(request.responseText).reason;
  } catch {
    return "";
  }
}

function begin(form) {
  form.querySelector("[data-upload-note]")?.remove();
  const note = element("p", { className: "meter" });
  const text = element("span", { textContent: say("uploading", { percent: 0 }) });
  const bar = element("progress", { max: 100, value: 0 });
  note.dataset.uploadNote = "";
  note.append(text, bar);
  form.append(note);
  return (share) => {
    const percent = Math.round(share * 100);
    bar.value = percent;
    text.textContent = percent < 100 ? say("uploading", { percent }) : say("checking");
  };
}

function send(form) {
  const show = begin(form);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json, text/html");
  request.upload.addEventListener("progress", (event) => event.lengthComputable && show(event.loaded / event.total));
  request.addEventListener("error", () => fail(form, say("uploadFailed")));
  request.addEventListener("load", () => {
    if (request.status < 400) {
      const target = new URL(request.responseURL || location.href);
      if (target.pathname === location.pathname) location.reload();
      else location.assign(target);
    } else fail(form, reasonOf(request) || say("uploadFailed"));
  });
  request.send(new FormData(form));
}

function accepts(form, input) {
  const limit = Number(input.dataset.maxBytes);
  const file = input.files[0];
  if (!file) return false;
  if (limit && file.size > limit) {
    fail(form, say("tooLarge", { size: megabytes(file.size), limit: Math.round(limit / 1048576) }));
    return false;
  }
  return true;
}

export function watchUploads() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const input = form.querySelector("input[type=file]");
    if (!input) continue;
    form.querySelector("[data-upload-send]")?.setAttribute("hidden", "");
    input.addEventListener("change", () => accepts(form, input) && send(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (accepts(form, input)) send(form);
    });
  }
}
