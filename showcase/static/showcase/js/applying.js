/* The application's section page: after each autosave the server's panels and faults are shown.

   Listens to "draft:saved" of autosave.js; its detail is {fragments: {name: html}, faults:
   {control name: [texts]}}. The page works without it. */

function showFragments(fragments) {
  for (const [name, html] of Object.entries(fragments || {})) {
    const place = document.querySelector(`[data-fragment="${CSS.escape(name)}"]`);
    if (place) place.innerHTML = html; // written by our own server's templates
  }
}

function errorLine(text) {
  const line = document.createElement("p");
  line.className = "error";
  line.dataset.liveError = "";
  line.textContent = text;
  return line;
}

function controlOf(form, name) {
  const found = form.elements.namedItem(name) || form.elements.namedItem(`${name}_0`);
  return found instanceof RadioNodeList ? found[0] : found;
}

function clearFaults(form) {
  for (const line of form.querySelectorAll("[data-live-error]")) line.remove();
  for (const control of form.querySelectorAll("[data-live-invalid]")) {
    control.removeAttribute("aria-invalid");
    delete control.dataset.liveInvalid;
    const field = control.closest(".field");
    if (field && !field.querySelector(".error")) delete field.dataset.tone;
  }
}

function showFaults(form, faults) {
  clearFaults(form);
  for (const [name, texts] of Object.entries(faults || {})) {
    const control = controlOf(form, name);
    const field = control ? control.closest(".field, td") : document.getElementById(`id_${name}`);
    if (!field || field.querySelector(".error")) continue;
    if (control) {
      control.setAttribute("aria-invalid", "true");
      control.dataset.liveInvalid = "";
    }
    if (field.classList.contains("field")) field.dataset.tone = "bad";
    field.append(errorLine(texts.join(" ")));
  }
}

document.addEventListener("draft:saved", (event) => {
  showFragments(event.detail.fragments);
  showFaults(event.target, event.detail.faults);
});
