/* Says two minutes ahead that a sign-in is about to end: <body data-idle="1800" data-stay="URL">.

   The server alone decides; this only counts along, over all tabs by localStorage, and asks it to
   go on when somebody says so. Without it the sign-in ends in silence and nothing typed is lost. */

import { element, say, toast } from "./say.js";

const AHEAD = 120_000;
const KEY = "anfan:seen";

function seen() {
  return Number(localStorage.getItem(KEY)) || 0;
}

function mark() {
  try {
    localStorage.setItem(KEY, String(Date.now()));
  } catch {
    /* not allowed: this tab counts by itself from its own opening */
  }
}

export function watchIdle() {
  const { idle, stay } = document.body.dataset;
  if (!idle) return;
  const opened = Date.now();
  let notice = null;
  const hide = () => {
    notice?.remove();
    notice = null;
  };
  const ask = async () => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const answer = await fetch(stay, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } }).catch(() => null);
    hide();
    if (answer?.ok) mark();
    else toast(say("signedOut"));
  };
  const show = () => {
    const button = element("button", { className: "btn btn--sm", type: "button", textContent: say("stay") });
    button.addEventListener("click", ask);
    notice = element("div", { className: "idle" }, element("p", { textContent: say("soonOut") }), button);
    notice.setAttribute("role", "alert");
    document.body.append(notice);
  };
  const look = () => {
    const left = Math.max(opened, seen()) + Number(idle) * 1000 - Date.now();
    if (left > AHEAD) hide();
    else if (left > 0 && !notice) show();
    else if (left <= 0 && notice) {
      notice.replaceChildren(element("p", { textContent: say("signedOut") }));
    }
  };
  mark();
  document.addEventListener("draft:saved", mark);
  setInterval(look, 5000);
  look();
}
