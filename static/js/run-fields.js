/* The fields of the run page: where Enter leads, what a paste fills, how notes grow, how long an
   output is. Without this script they are a plain form. */

import { isTextField } from "./keys.js";

const run = document.getElementById("run");
const byId = (id) => document.getElementById(id);
const title = () => byId("step-title");
const announce = (text) => {
  byId("announce").textContent = text;
};
const countLines = (text) => text.replace(/\n$/, "").split("\n").length;
const linesOf = (text) => {
  if (!text) return "";
  const count = countLines(text);
  return `${count} line${count === 1 ? "" : "s"}`;
};

/* Once gone to, a field has room, until another step comes: nothing moves back under a click. */
run.addEventListener("focusin", ({ target }) => {
  if (target.matches(".notes textarea")) target.classList.add("is-open");
});
run.addEventListener("input", ({ target }) => {
  const said = run.querySelector(`[data-lines-of="${CSS.escape(target.id)}"]`);
  if (said) said.textContent = linesOf(target.value);
});

/* Enter: a value that is asked for goes to the server, an optional one that is blank is skipped;
   from the ticket to the client, and from there back to the step. */
run.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
  const { target } = event;
  if (target.matches(".ask input")) {
    event.preventDefault();
    if (event.repeat) return;
    const ask = target.closest(".ask");
    const name = target.id.replace(/^ask-/, "");
    const skip = target.value.trim() ? null : ask.querySelector(`[name=skip][value="${CSS.escape(name)}"]`);
    (skip ?? ask.querySelector("[data-resend=ask]")).click();
  } else if (target.matches("#ticket-number")) {
    event.preventDefault();
    byId("client-name").focus();
  } else if (target.matches("#client-name")) {
    event.preventDefault();
    title()?.focus();
  }
});

/* After a value the next one has the focus, and after the last the first command; unless one types
   elsewhere by now, as a value may have waited for its connection. */
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!detail.requestConfig?.elt?.matches("[data-next-value]")) return;
  const at = document.activeElement;
  if (isTextField(at) && !at.closest(".ask")) return;
  const next =
    run.querySelector(".ask [aria-invalid=true]") ??
    run.querySelector(".ask :is(input:not([type=hidden]), select)") ??
    run.querySelector(".command__copy") ??
    title();
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
});

/* What is pasted beside the fields of an action is what its command printed. */
document.addEventListener("paste", (event) => {
  const output = byId("command-output");
  const isAction = run.querySelector("#step:not([data-kind=question], [data-kind=solution])");
  if (event.defaultPrevented || !output || !isAction || isTextField(event.target)) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n");
  if (!text) return;
  event.preventDefault();
  const before = output.value && !output.value.endsWith("\n") ? `${output.value}\n` : output.value;
  output.value = before + text;
  output.dispatchEvent(new Event("input", { bubbles: true }));
  output.scrollTop = output.scrollHeight;
  announce(`Pasted into the command output: ${linesOf(text)}.`);
});

/* The copied command hands its key to the next one. */
run.addEventListener("click", ({ target }) => {
  const copied = target.closest(".command__copy");
  if (!copied?.matches("[aria-keyshortcuts]") || run.querySelector(`${copied.dataset.copyTarget} [data-variable]`))
    return;
  const all = [...run.querySelectorAll(".command__copy")];
  const next = all[(all.indexOf(copied) + 1) % all.length];
  next.setAttribute("aria-keyshortcuts", copied.getAttribute("aria-keyshortcuts"));
  if (next !== copied) copied.removeAttribute("aria-keyshortcuts");
});

/* The path shows where one is. */
const showPlace = () => {
  const path = byId("run-path");
  const here = path?.querySelector("[aria-current=step]");
  if (!here || path.scrollHeight <= path.clientHeight) return;
  const below = here.getBoundingClientRect().bottom - path.getBoundingClientRect().top;
  path.scrollTop += below - path.clientHeight / 2;
};
document.addEventListener("htmx:afterSettle", showPlace);
run.addEventListener("toggle", showPlace, true);
showPlace();

/* What sticks to the foot must not lie over what has the focus. */
run.addEventListener("focusin", ({ target }) => {
  const options = byId("step-options");
  const feet = [options?.closest(".step__decide"), options];
  const foot = feet.find((one) => one?.checkVisibility() && getComputedStyle(one).position === "sticky");
  if (!foot || foot.contains(target) || !target.closest("#step")) return;
  const over = target.getBoundingClientRect().bottom - foot.getBoundingClientRect().top;
  const isBefore = target.compareDocumentPosition(foot) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (isBefore && over > 0) scrollBy(0, over + 8);
});
