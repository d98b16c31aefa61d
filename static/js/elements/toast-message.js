/* <toast-message> is a toast, which leaves after a while: an offer to undo after ten seconds, others
   after six, errors not at all. The time stands still while someone points at or stands in it. */

const TICK = 250;

/* Let a toast or banner leave the page. */
export const dismiss = (element) => {
  element.classList.add("is-leaving");
  setTimeout(() => element.remove(), 160);
};

class ToastMessage extends HTMLElement {
  connectedCallback() {
    if (this.classList.contains("toast--error")) return;
    let left = this.classList.contains("toast--undo") ? 10_000 : 6_000;
    this.ticking = setInterval(() => {
      if (this.matches(":hover, :focus-within")) return;
      left -= TICK;
      if (left > 0) return;
      clearInterval(this.ticking);
      dismiss(this);
    }, TICK);
  }
  disconnectedCallback() {
    clearInterval(this.ticking);
  }
}
customElements.define("toast-message", ToastMessage);
