/* The dossier's parts as tabs, and what is missing for a signature kept up to date.

   Without script all parts stand under one another and the tabs are links to them. */

import { element } from "../../portal/js/say.js";

const dossier = document.querySelector("[data-dossier]");
const parts = dossier ? [...dossier.querySelectorAll("[data-part]")] : [];
const links = dossier ? [...dossier.querySelectorAll(".tabs a")] : [];

function show(part, { focus = false } = {}) {
  for (const one of parts) one.hidden = one !== part;
  for (const link of links) {
    if (link.hash === `#${part.id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  dossier.scrollTop = 0;
  if (focus) part.focus({ preventScroll: true });
}

function turn(step) {
  const next = parts[parts.findIndex((part) => !part.hidden) + step];
  if (next) {
    history.replaceState(null, "", `#${next.id}`);
    show(next, { focus: true });
  }
}

function typing(event) {
  return event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey;
}

/* A link to a control inside a folded criterion opens it first. */
function reveal(id) {
  const target = id ? document.getElementById(id) : null;
  const fold = target?.closest("details");
  if (fold) fold.open = true;
  if (target?.closest(".scoring")) {
    target.scrollIntoView({ block: "center" });
    target.focus();
  }
}

if (parts.length) {
  const named = parts.find((part) => `#${part.id}` === location.hash);
  show(named || parts[0]);
  dossier.querySelector("[data-keys]").hidden = false;
  dossier.querySelector(".tabs").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const part = link && parts.find((one) => `#${one.id}` === link.hash);
    if (!part) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    show(part, { focus: true });
  });
  document.addEventListener("keydown", (event) => {
    if (typing(event)) return;
    if (event.key === "j") turn(1);
    else if (event.key === "k") turn(-1);
  });
  addEventListener("beforeprint", () => parts.forEach((part) => (part.hidden = false)));
  addEventListener("afterprint", () => show(parts.find((p) => `#${p.id}` === location.hash) || parts[0]));
}

reveal(location.hash.slice(1));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-gaps] a, .errors a");
  if (link) {
    event.preventDefault();
    reveal(link.hash.slice(1));
  }
});

document.addEventListener("draft:saved", (event) => {
  const { gaps = [], refusal = "" } = event.detail;
  const why = document.querySelector("[data-why]");
  const button = document.querySelector("[data-sign]");
  if (!why || !button) return;
  const list = why.querySelector("[data-gaps]");
  why.hidden = !gaps.length && !refusal;
  why.querySelector("[data-refusal]").textContent = refusal;
  why.querySelector("[data-refusal]").hidden = !refusal;
  list.hidden = !gaps.length;
  list.querySelector("ul").replaceChildren(
    ...gaps.map((gap) => element("li", {}, element("a", { href: `#${gap.target}`, textContent: gap.text }))),
  );
  if (gaps.length || refusal) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
});
