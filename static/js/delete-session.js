/* Asks before a session is deleted, wherever it is listed, and takes it out of the list in place. Of
   the session whose own page is open, the form is a plain one: it leads to the list. */

import { popovers } from "./popovers.js";

const dialog = document.getElementById("delete-dialog");
const LISTED = "[data-session-card]";
let asking = ""; // the address of the question
let last = null; // where the focus goes when it is gone, and the group that it may leave empty

export const firstControl = (place) =>
  place?.querySelector(".card__foot a, .card__foot button, .row__title a, .side-list__item");

const placeOf = (link) => link.closest(LISTED) ?? document.getElementById(link.closest("[data-of]")?.dataset.of);

const ask = (link, event) => {
  const place = placeOf(link);
  const menu = link.closest("[popover]:not(.sidebar)");
  if (menu?.matches(":popover-open")) menu.hidePopover();
  const isListed = place && !place.querySelector("[aria-current=page]");
  const values = isListed ? { shape: place.dataset.sessionCard } : {};
  const request = { source: dialog, target: "#delete-body", swap: "innerHTML", values, event };
  const asked = window.htmx.ajax("GET", link.href, request).catch(() => {});
  asked.then(() => {
    if (dialog.querySelector("form") && !dialog.open) dialog.showModal();
  });
  asking = link.href;
};

/* The next line, else the one before, else the list's heading or search. */
const remember = (place) => {
  const list = place.closest("#sidebar-list, main");
  const rows = [...list.querySelectorAll(LISTED)];
  const at = rows.indexOf(place);
  const otherwise = list.id === "sidebar-list" ? document.getElementById("side-q") : list.querySelector("h1");
  last = {
    session: place.id.slice(-36),
    next: rows[at + 1] ?? rows[at - 1],
    group: place.closest(".day, .section, .sidebar__section"),
    otherwise,
  };
};
const vanish = () => {
  // The session may be listed in the page and in the sidebar, which fetches its list anew.
  document.querySelector(`main #session-${last.session}`)?.remove();
  if (last.group && !last.group.querySelector(LISTED)) last.group.remove();
  const wanted = firstControl(last.next) ?? last.otherwise;
  // On a phone the question closes the drawer with its list.
  const control = wanted?.checkVisibility() ? wanted : document.getElementById("main");
  if (control.matches("h1")) control.setAttribute("tabindex", "-1");
  control.focus();
};

dialog?.addEventListener("close", () => document.getElementById("delete-body").replaceChildren());
dialog?.addEventListener("submit", (event) => {
  const place = document.querySelector(event.target.getAttribute("hx-target"));
  if (place) remember(place);
});
dialog?.addEventListener("htmx:afterRequest", (event) => {
  const status = event.detail.xhr?.status ?? 0;
  if (status === 404 && document.querySelector(`main ${LISTED}`))
    location.reload(); // gone already
  else if (status === 409)
    dialog.querySelector("[type=submit]")?.focus(); // asked anew
  else if (status >= 400)
    location.assign(asking); // the page says why not
  else if (status === 200 && event.target.closest("[data-delete-form]")) {
    dialog.close();
    vanish();
  }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-delete-session]");
  if (!link || !dialog || !popovers.plainClick(event)) return;
  event.preventDefault();
  ask(link, event);
});

const prepare = (root) => popovers.asButtons(root, "[data-delete-session]", { "aria-haspopup": "dialog" });
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement ?? document));
prepare(document);
