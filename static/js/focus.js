/* Where the focus goes when HTMX has replaced what had it, and what is said then: never to the body,
   from where keys and screen readers start at the top. [data-done] says what a request has done,
   [data-focus-after] has the id of what comes next where the element itself goes. */

const isNowhere = () => !document.activeElement || document.activeElement === document.body;
const announce = (text) => {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
};

/* The heading of the step, else the page's content. */
export const focusContent = () => {
  if (!isNowhere() || document.querySelector("dialog[open]")) return;
  const place = document.getElementById("step-title") ?? document.getElementById("main");
  place?.focus({ preventScroll: true });
};

let lost = null; // the element that had the focus when its place was about to be replaced
document.addEventListener("htmx:beforeSwap", () => {
  if (!isNowhere()) lost = document.activeElement;
});
document.addEventListener("htmx:afterSettle", () => {
  if (lost && !lost.isConnected) {
    const next = document.getElementById(lost.dataset.focusAfter ?? lost.id);
    if (isNowhere()) next?.focus({ preventScroll: true });
    focusContent();
  }
  lost = null;
});
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
  const done = requestConfig?.elt?.dataset.done; // the element itself may be replaced by now
  if (successful && done) announce(done);
});
