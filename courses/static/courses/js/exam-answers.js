/* The answer of a question (or a part of a case) in its controls, in the shape that is stored. */

const CONTROLS = "input:not([type=hidden], [data-flag-box]), select, textarea";
const controlsOf = (root) => [...root.querySelectorAll(CONTROLS)];
const partsOf = (root) => [...root.querySelectorAll("[data-part]")];
const rowsOf = (root) => [...root.querySelectorAll("[data-letter]")];
const placeOf = (row) => Number(row.querySelector("select").value);

export function read(root) {
  const parts = partsOf(root);
  if (parts.length) return Object.fromEntries(parts.map((part) => [part.dataset.part, read(part)]));
  const controls = controlsOf(root);
  const chosen = controls.filter((control) => control.checked).map((control) => control.value);
  switch (root.dataset.kind) {
    case "single":
    case "truefalse":
      return chosen[0] ?? "";
    case "multiple":
      return chosen;
    case "matching":
      return controls.map((control) => control.value);
    case "ordering":
      return rowsOf(root)
        .filter(placeOf)
        .sort((one, other) => placeOf(one) - placeOf(other))
        .map((row) => row.dataset.letter);
    default:
      return controls[0].value;
  }
}

export function write(root, response) {
  const parts = partsOf(root);
  if (parts.length) {
    for (const part of parts) write(part, response?.[part.dataset.part] ?? null);
    return;
  }
  const given = Array.isArray(response) ? response.map((letter) => letter ?? "") : [response ?? ""];
  const controls = controlsOf(root);
  switch (root.dataset.kind) {
    case "single":
    case "truefalse":
    case "multiple":
      for (const control of controls) control.checked = given.includes(control.value);
      break;
    case "matching":
      controls.forEach((control, place) => (control.value = given[place] ?? ""));
      break;
    case "ordering":
      for (const row of rowsOf(root)) {
        row.querySelector("select").value = String(given.indexOf(row.dataset.letter) + 1 || "");
      }
      arrange(root);
      break;
    default:
      controls[0].value = given[0];
  }
}

export function isBlank(response) {
  if (typeof response === "string") return !response.trim();
  if (response && typeof response === "object") return Object.values(response).every(isBlank);
  return response === null || response === undefined;
}

/** The same answer, whatever the order of a case's parts. */
export const same = (one, other) => canonical(one) === canonical(other);
const canonical = (value) =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );

/** An answer in words, for comparing two. */
export function inWords(root, response, nothing) {
  if (isBlank(response)) return nothing;
  const parts = partsOf(root);
  if (parts.length) {
    return parts
      .map((part, place) => `(${place + 1}) ${inWords(part, response[part.dataset.part], nothing)}`)
      .join("\n");
  }
  const label = (letter) => {
    const control = controlsOf(root).find((one) => one.type !== "select-one" && one.value === letter);
    const text = control?.closest("label")?.querySelector("span")?.textContent;
    return text ? `${letter} ${text}` : letter || "–";
  };
  if (Array.isArray(response)) return response.map(label).join(root.dataset.kind === "multiple" ? "\n" : "  ");
  return ["single", "truefalse"].includes(root.dataset.kind) ? label(response) : response;
}

/* Ordering: rows stand in their order; whoever has no place yet comes last. */
function arrange(root) {
  const list = root.querySelector("[data-ordering]");
  const rows = rowsOf(root);
  const sorted = [...rows].sort((one, other) => (placeOf(one) || 99) - (placeOf(other) || 99));
  if (sorted.some((row, at) => row !== rows[at])) list.append(...sorted);
}

/** Put a row at a place (from 1); the others make room. Returns its place. */
export function moveTo(root, row, place) {
  const others = rowsOf(root).filter((one) => one !== row);
  others.splice(Math.max(0, Math.min(place - 1, others.length)), 0, row);
  others.forEach((one, at) => (one.querySelector("select").value = String(at + 1)));
  arrange(root);
  return others.indexOf(row) + 1;
}

/** A place chosen by number: placed rows keep their order around it, the rest stay without. */
export function choosePlace(root, row) {
  const wanted = placeOf(row);
  const placed = rowsOf(root).filter((one) => one !== row && placeOf(one));
  placed.sort((one, other) => placeOf(one) - placeOf(other));
  if (wanted) placed.splice(Math.min(wanted - 1, placed.length), 0, row);
  placed.forEach((one, at) => (one.querySelector("select").value = String(at + 1)));
  arrange(root);
}
