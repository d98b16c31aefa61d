/* A form whose button asks for a passkey, and that is sent with what came: `<passkey-form>` around it.
   `data-does` is "add", "ask", or "sign-in", which fetches its options first. */

import { askPasskey, createPasskey, reason } from "../passkeys.js";

class PasskeyForm extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(form);
    });
  }

  async ask(form) {
    const said = this.querySelector("[data-passkey-problem]");
    said.hidden = true;
    try {
      const credential = await this.credential(form);
      form.querySelector("[name$=credential]").value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      said.hidden = false;
      said.querySelector("[data-passkey-reason]").textContent = reason(error);
    }
  }

  async credential(form) {
    if (this.dataset.does === "sign-in") {
      const response = await fetch(form.action, { headers: { Accept: "application/json" } });
      return askPasskey((await response.json()).request_options);
    }
    const options = JSON.parse(this.dataset.options);
    return this.dataset.does === "add"
      ? createPasskey(options, form.elements.passwordless.checked)
      : askPasskey(options);
  }
}

customElements.define("passkey-form", PasskeyForm);
