/* Renames a session in place: from a list's menu or its own page. The form itself is HTMX; without
   this script every link leads to a page that does the same. */

const ID = /[0-9a-f-]{36}/;
let renamed = ""; // the id of the session whose title is being typed

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-menu-rename]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const place = document.getElementById(`session-${link.href.match(ID)[0]}`);
  const title = place?.querySelector(".row__title, .card__title");
  if (!title) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover();
  const values = { shape: place.dataset.sessionCard };
  window.htmx
    .ajax("GET", link.href, { source: place, target: title, swap: "innerHTML", values, event })
    .catch(() => {});
});

/* Stands in the form: selects the title to type over it, and Escape changes one's mind. */
class RenameSession extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    renamed = form.action.match(ID)[0];
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      form.querySelector("[data-rename-cancel]").click();
    });
    form.elements.title.focus();
    form.elements.title.select();
  }
}
customElements.define("rename-session", RenameSession);

/* The title is back: so is the focus. */
document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  if (!renamed || (root.id !== "session-title" && root.id !== `session-${renamed}`)) return;
  if (root.matches("[data-rename-form]")) return;
  renamed = "";
  (root.querySelector("[data-rename], [data-session-menu]") ?? root.querySelector("a"))?.focus();
});
