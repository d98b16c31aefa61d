/* <require-choice> keeps the button [data-needs-choice] of its form disabled until a radio is
   chosen. */

class RequireChoice extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    form.addEventListener("change", () => this.check(form));
    this.check(form);
  }
  check(form) {
    form.querySelector("[data-needs-choice]").disabled = !form.querySelector("input[type=radio]:checked");
  }
}
customElements.define("require-choice", RequireChoice);
