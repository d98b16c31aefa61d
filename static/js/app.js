/* What every signed-in page does: keys, dialogs, menus, undo and the pressed look of answers. Markup
   asks for it by data attributes; pages need no script of their own for these. */

import "./composition.js";
import "./copy.js";
import "./delete-session.js";
import "./focus.js";
import "./form-token.js";
import "./news.js";
import "./elements/require-choice.js";
import "./request-errors.js";
import "./request-size.js";
import "./signed-in.js";
import "./outcome-keys.js";
import { dismiss } from "./elements/toast-message.js";
import { isTextField, shortcut } from "./keys.js";

const byId = (id) => document.getElementById(id);

/* Dialogs: [data-dialog-open="id"], [data-dialog-close]. */
const openDialog = (id) => {
  const dialog = byId(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
};
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    closeMenus();
    openDialog(opener.dataset.dialogOpen);
  }
  const dialog = event.target.closest("dialog");
  if (event.target.closest("[data-dialog-close]")) dialog?.close();
  else if (dialog && event.target === dialog && dialog.hasAttribute("data-light-dismiss")) {
    dialog.close();
  }
});

/* Menus are <details class="menu">: they open without a script; here they also close. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => {
  const menu = event.target.closest("details.menu");
  closeMenus(menu);
  if (menu && event.target.closest("[data-close-menu]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("focusin", (event) => {
  const open = document.querySelector("details.menu[open]");
  if (open && !open.contains(event.target)) open.open = false;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form?.requestSubmit();
});

/* Undo, done in place or refused, has shown so in a toast of its own. */
document.addEventListener("htmx:afterRequest", (event) => {
  const undo = event.detail.elt.closest?.("[data-undo]");
  if (!undo || !event.detail.xhr?.status) return;
  const place = document.querySelector(undo.getAttribute("hx-target"));
  undo.closest(".toast").remove();
  const back = place?.querySelector("[data-close-session]") ?? place?.querySelector("a, button");
  back?.focus({ preventScroll: true });
});
// What it would put back in place is no longer on this page: the plain form does it.
document.addEventListener("htmx:targetError", (event) => {
  event.target.closest?.("[data-undo]")?.submit();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) dismiss(button.closest(".toast, .banner"));
});

/* An answer shows as pressed at once; a failed request takes the mark back. */
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.classList.contains("option")) return;
  button.classList.add("is-pressed");
  button.closest(".options")?.setAttribute("aria-busy", "true");
});
const unpress = () => {
  for (const option of document.querySelectorAll(".option.is-pressed")) {
    option.classList.remove("is-pressed");
    option.closest(".options")?.removeAttribute("aria-busy");
  }
};
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout", "htmx:abort"]) {
  document.addEventListener(name, unpress);
}
window.addEventListener("pageshow", unpress);

/* Keys. Single letters never act while someone types or holds a modifier. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.preventDefault();
    }
    return;
  }
  const key = shortcut(event);
  if (event.defaultPrevented || !key) return;
  // By habit, where the blank search waits already: still the key, not the first letter.
  const isAgain = key === "/" && event.target.id === "search" && !event.target.value;
  if ((isTextField(event.target) && !isAgain) || document.querySelector("dialog[open]")) return;
  if (key === "?") {
    event.preventDefault();
    openDialog("keys");
  } else if (key === "/") {
    const search = byId("search");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (key === "u") {
    const undo = [...document.querySelectorAll("[data-undo] button")].pop();
    if (!undo) return;
    event.preventDefault();
    undo.click();
  } else if (key === "n") {
    const link = document.querySelector("[data-key-new]");
    if (!link) return;
    event.preventDefault();
    link.click();
  }
});
