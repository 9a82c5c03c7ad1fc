/* The code on the wall: time left every second, and every five seconds how many are on the list. */

const timer = document.querySelector("[data-until]");
const count = document.querySelector("[data-live]");

function tick() {
  const left = Math.ceil((new Date(timer.dataset.until) - Date.now()) / 1000);
  timer.textContent =
    left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : timer.dataset.over;
  return left > 0;
}

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (fresh) count.replaceChildren(...fresh.childNodes);
  } catch {
    /* offline for a moment: the next round asks again */
  }
}

if (timer) {
  tick();
  const every = setInterval(() => tick() || clearInterval(every), 1000);
  const asking = setInterval(() => (tick() ? refresh() : clearInterval(asking)), 5000);
}
