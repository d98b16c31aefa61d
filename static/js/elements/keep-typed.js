/* <keep-typed key="…"> keeps what is typed into the form that it stands in, for forms that are not
   saved while one types, until the server has it. */

import { typed } from "../storage.js";

const fields = (form) =>
  [...form.elements].filter((field) => field.name && field.matches("textarea, input:not([type=hidden]), select"));

const values = (form) => {
  const found = {};
  for (const field of fields(form)) {
    if (field.type !== "radio") found[field.name] = field.value;
    else if (field.checked) found[field.name] = field.value;
  }
  return found;
};

const restore = (form, stored) => {
  for (const field of fields(form)) {
    if (!(field.name in stored)) continue;
    if (field.type === "radio") field.checked = field.value === stored[field.name];
    else field.value = stored[field.name];
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
};

class KeepTyped extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    const key = this.getAttribute("key");
    form.addEventListener("input", () => typed.set(key, values(form)));
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful) typed.drop(key);
    });
    const stored = typed.get(key);
    // What the server refused stands there as it was sent.
    if (stored && !form.querySelector(".field__error")) restore(form, stored);
  }
}
customElements.define("keep-typed", KeepTyped);

for (const part of document.querySelectorAll("[data-drop-kept]")) typed.dropAll(part.dataset.dropKept);
