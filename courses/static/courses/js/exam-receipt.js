/* Once there is a receipt, this device forgets what it remembered of the paper's looks. Texts that
   never reached the server stay in the outbox until it is cleaned by age. */

const attempt = document.querySelector("[data-receipt]").dataset.receipt;
try {
  localStorage.removeItem(`anfan-flags-${attempt}`);
  localStorage.removeItem(`anfan-place-${attempt}`);
} catch {
  /* nothing was kept */
}
