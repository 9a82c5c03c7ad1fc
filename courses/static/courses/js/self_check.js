/* Feedback as soon as an answer is chosen. Without script the answers are handed in and shown. */

const form = document.querySelector("[data-self-check]");

function judge(question, chosen) {
  const place = question.querySelector("[data-feedback]");
  const right = chosen === question.dataset.answer;
  place.hidden = false;
  place.querySelector(".notice").dataset.tone = right ? "good" : "warn";
  place.querySelector("use").setAttribute("href", right ? "#i-ok" : "#i-info");
  place.querySelector("[data-verdict]").textContent = right ? form.dataset.right : form.dataset.wrong;
}

form?.addEventListener("change", (event) => {
  const question = event.target.closest("[data-question]");
  if (question && event.target.type === "radio") judge(question, event.target.value);
});
