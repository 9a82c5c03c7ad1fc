/* The expert's desk: <form data-scoring> with scores ([data-score], one number field each).

   Sums are shown at once in [data-total], [data-left] and, inside [data-criterion], in
   [data-criterion-total]. Only a preview: the server adds up the ballot itself. */

import { say } from "./say.js";

/* Points are counted in hundredths, so that no sum shows a stray digit. */
const hundredths = (text) => Math.round(Number(text || 0) * 100);
const points = (number) => String(number / 100);

const numberOf = (score) => score.querySelector("input[type=number]");

function showBand(score) {
  const field = numberOf(score);
  const value = Number(field.value);
  const text = score.querySelector("[data-anchor-text]");
  let chosen = null;
  for (const band of score.querySelectorAll(".band")) {
    const on =
      !chosen && field.value !== "" && value >= Number(band.dataset.low) && value <= Number(band.dataset.high);
    band.setAttribute("aria-pressed", on);
    if (on) chosen = band;
  }
  if (!text) return;
  text.hidden = !chosen;
  if (chosen) {
    text.querySelector("b").textContent = chosen.firstChild.textContent.trim();
    text.querySelector("span").textContent = chosen.dataset.anchor || "";
  }
}

/* Choosing a band sets the number to its middle, unless it already lies inside. */
function chooseBand(score, band) {
  const field = numberOf(score);
  const low = Number(band.dataset.low);
  const high = Number(band.dataset.high);
  const value = Number(field.value);
  if (field.value === "" || value < low || value > high) {
    const step = Number(field.step) || 0.5;
    field.value = Math.min(high, low + Math.round((high - low) / 2 / step) * step);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  showBand(score);
}

function sum(scores) {
  let given = 0;
  let reachable = 0;
  let open = 0;
  for (const score of scores) {
    const field = numberOf(score);
    const top = hundredths(field.max);
    if (field.value === "") open += top;
    else {
      given += hundredths(field.value);
      reachable += top;
    }
  }
  return { given, reachable, open };
}

function showTotals(form) {
  const { given, reachable, open } = sum(form.querySelectorAll("[data-score]"));
  for (const place of form.querySelectorAll("[data-total]")) place.textContent = points(given);
  for (const place of form.querySelectorAll("[data-reachable]")) place.textContent = points(reachable);
  for (const place of form.querySelectorAll("[data-left]")) {
    place.textContent = open ? say("notScored", { points: points(open) }) : say("allScored");
  }
  for (const part of form.querySelectorAll("[data-criterion]")) {
    const own = sum(part.querySelectorAll("[data-score]"));
    const place = part.querySelector("[data-criterion-total]");
    if (place) place.textContent = own.reachable ? points(own.given) : "–";
    const bar = form.querySelector(`[data-criterion-bar="${CSS.escape(part.dataset.criterion)}"]`);
    if (bar) bar.setAttribute("width", (own.given / 100) * Number(bar.dataset.scale || 1));
  }
}

export function watchScoring() {
  for (const form of document.querySelectorAll("form[data-scoring]")) {
    form.addEventListener("input", (event) => {
      const score = event.target.closest("[data-score]");
      if (score) showBand(score);
      showTotals(form);
    });
    form.addEventListener("click", (event) => {
      const band = event.target.closest(".band");
      if (band) chooseBand(band.closest("[data-score]"), band);
    });
    showTotals(form);
  }
}
