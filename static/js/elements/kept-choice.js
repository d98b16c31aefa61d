/* <kept-choice data-key="…"> around a select: what was chosen last in this browser is chosen again. */

import { choices } from "../storage.js";

class KeptChoice extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    const key = `rf:choice:${this.dataset.key}`;
    const last = choices.recall(key);
    if ([...select.options].some(({ value }) => value === last)) select.value = last;
    select.addEventListener("change", () => choices.remember(key, select.value));
  }
}
customElements.define("kept-choice", KeptChoice);
