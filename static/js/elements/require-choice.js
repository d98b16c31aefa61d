/* <require-choice> keeps the button [data-needs-choice] of its form disabled until a radio is
   chosen, and has Ctrl+Enter press it. */

class RequireChoice extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    form.addEventListener("change", () => this.check(form));
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      const button = form.querySelector("[data-needs-choice]");
      if (!button.disabled) form.requestSubmit(button);
    });
    this.check(form);
  }
  check(form) {
    form.querySelector("[data-needs-choice]").disabled = !form.querySelector("input[type=radio]:checked");
  }
}
customElements.define("require-choice", RequireChoice);
