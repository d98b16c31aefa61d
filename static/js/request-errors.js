/* Says when a request that somebody made in place has failed: in the form that made it, where it has
   a line for that, else in a toast. The run page, the preview and the Close popover say it in their
   own way. */

const OWN_WAY = "#run, #preview-dialog, #preview-result, #close-popover";
const ASKING = ["click", "submit", "input", "change", "search"];
export const UNREACHED = "The server can’t be reached. Try again in a moment.";
const reasonOf = (status) => {
  if (!status) return UNREACHED;
  if (status === 507) return "The server’s disk is full: nothing was saved. Tell your admin, then try again.";
  if (status === 503) return "The server can’t do that just now: nothing was saved. Try again in a moment.";
  if (status >= 500) return "That didn’t work. Try again in a moment.";
  return "That can’t be done any more. Reload the page to see how it stands.";
};
export const showRequestError = (text, elt) => {
  document.getElementById("toasts").querySelector("[data-request-error]")?.remove();
  const line = elt.querySelector("[data-request-error-here]");
  if (line) {
    line.textContent = text;
    line.hidden = !text;
  } else if (text) {
    const toast = document.getElementById("request-error-toast").content.firstElementChild.cloneNode(true);
    toast.querySelector(".toast__text").textContent = text;
    document.getElementById("toasts").append(toast);
  }
};
document.addEventListener("htmx:beforeRequest", (event) => showRequestError("", event.detail.elt));
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, target, requestConfig, successful, xhr } = event.detail;
  if (successful || elt.closest(OWN_WAY) || target?.closest(OWN_WAY)) return;
  if (!ASKING.includes(requestConfig?.triggeringEvent?.type)) return;
  showRequestError(reasonOf(xhr?.status ?? 0), elt);
});
