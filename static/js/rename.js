/* Renaming a session in place: from a list's menu, and Escape for those who change their mind. The
   form itself is HTMX; without this script every link leads to a page that does the same. */
(() => {
  "use strict";
  const ID = /[0-9a-f-]{36}/;
  let of = ""; // the id of the session whose title is being typed

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-menu-rename]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const place = document.getElementById(`session-${link.href.match(ID)[0]}`);
    const title = place?.querySelector(".row__title, .card__title");
    if (!title) return;
    event.preventDefault();
    link.closest("[popover]")?.hidePopover();
    const values = { shape: place.dataset.sessionCard };
    window.htmx.ajax("GET", link.href, { source: place, target: title, swap: "innerHTML", values, event }).catch(() => {});
  });
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && event.target.closest?.("[data-rename-form]");
    if (!form) return;
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-rename-cancel]").click();
  });
  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    const form = root.closest?.("[data-rename-form]") ?? root.querySelector?.("[data-rename-form]");
    const input = form?.elements.title;
    if (input) {
      of = form.action.match(ID)[0];
      input.focus();
      input.select();
    } else if (of && (root.id === "session-title" || root.id === `session-${of}`)) {
      of = "";
      (root.querySelector("[data-rename], [data-session-menu]") ?? root.querySelector("a"))?.focus();
    }
  });
})();
