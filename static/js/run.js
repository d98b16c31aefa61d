/* The run page: its keys, where the focus goes, and the form that adds a step. */

import { focusContent } from "./focus.js";
import { isTextField, shortcut } from "./keys.js";

const run = document.getElementById("run");
const title = () => document.getElementById("step-title");

/* A field may stand in a drawer. */
const goTo = (field) => {
  const drawer = field.closest("[popover]");
  if (drawer && !field.checkVisibility()) drawer.showPopover();
  field.focus();
};

/* Keys press what carries them in aria-keyshortcuts, so the page and the keys can't disagree. */
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.key === "Escape" && isTextField(event.target) && run.contains(event.target)) {
    event.preventDefault();
    title()?.focus();
    return;
  }
  const key = shortcut(event);
  if (!key || event.repeat || isTextField(event.target) || document.querySelector("dialog[open]")) return;
  const pressed = run.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  if (!pressed || pressed.closest("[inert], [hidden]")) return;
  event.preventDefault();
  if (pressed.matches("textarea, input:not([type=radio])")) goTo(pressed);
  else pressed.click();
});

/* The form that adds a step opens in place. */
const toggleAddStep = (open) => {
  const section = document.getElementById("add-step");
  if (!section) return;
  section.hidden = !open;
  if (open) {
    section.querySelector("input:not([type=hidden])").focus();
    section.scrollIntoView({ block: "nearest" });
  } else title()?.focus();
};
run.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-open-add-step]");
  if (!opens && !event.target.closest("[data-close-add-step]")) return;
  event.preventDefault();
  toggleAddStep(Boolean(opens));
});

/* The second click of a double click may find the next step already there: it is no answer. */
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest("[data-answer-form] [type=submit]")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

/* After a step has come, its heading has the focus: it is read out, and the keys work. */
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.target;
  if (target?.id !== "step" && target?.id !== "run") return;
  const error = run.querySelector(".field--error :is(textarea, input)");
  if (error) {
    error.focus();
    return;
  }
  title()?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
});

/* From one step to another by a link (Back, the path): the step's heading, as after an answer. */
const cameFrom = document.referrer && new URL(document.referrer).pathname;
if (cameFrom === location.pathname && !document.getElementById("add-step")?.checkVisibility()) focusContent();
