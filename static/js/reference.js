/* Changes ticket and client in place on the page of a session. The form itself is HTMX; without this
   script its link leads to a page that does the same. */

import { isTextField, shortcut } from "./keys.js";

let wasOpen = false;

/* Stands in the form: it has the focus, and Escape changes one's mind. */
class ReferenceForm extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    wasOpen = true;
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      form.querySelector("[data-reference-cancel]").click();
    });
    form.elements.ticket_number.focus();
    form.elements.ticket_number.select();
  }
}
customElements.define("reference-form", ReferenceForm);

/* What it says is back: so is the focus. */
document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  if (!wasOpen || root.id !== "reference" || root.matches("form")) return;
  wasOpen = false;
  root.querySelector("[data-reference]")?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || isTextField(event.target)) return;
  if (shortcut(event) !== "t" || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const link = document.querySelector("[data-reference]");
  if (!link) return;
  event.preventDefault();
  link.click();
});
