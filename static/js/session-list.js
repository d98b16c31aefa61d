/* Acts on sessions where they are listed: closes them in place and opens a line's menu. There is one
   popover of each kind on a page; it is filled from the button. */

import { firstControl } from "./delete-session.js";
import { popovers } from "./popovers.js";
import { UNREACHED } from "./request-errors.js";

const byId = (id) => document.getElementById(id);
const placeOf = (element) => element.closest("[data-session-card]");
const addressOf = (link) => new URL(link.href).pathname.match(/^.*\/sessions\/[0-9a-f-]{36}/)[0];
const nameOf = (place) => place.querySelector(".card__title, .row__title a").textContent.trim();

// What went wrong is said where the reply is looked at, or by the shell, which sees the event.
const send = (...request) => window.htmx.ajax(...request).catch(() => {});

const prepare = (root) => {
  popovers.asButtons(root, "[data-close-session]", { "aria-haspopup": "dialog", "aria-expanded": "false" });
  popovers.asButtons(root, "[data-session-menu]", { "aria-expanded": "false" });
};
if (popovers.known) {
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement ?? document));
  prepare(document);
}

/* Closing */
const closer = byId("close-popover");
const form = closer?.querySelector("form");
const refusal = closer?.querySelector("[data-close-error]");
const confirm = closer?.querySelector("[data-needs-choice]");
const radios = () => [...form.elements.outcome];
let address = ""; // of the session that the popover speaks of

const refuse = (text) => {
  refusal.textContent = text;
  refusal.hidden = !text;
};
const empty = () => {
  form.reset();
  refuse("");
  confirm.disabled = true;
};
const openClose = (link) => {
  const place = placeOf(link);
  if (address !== addressOf(link)) empty(); // what was typed for the same one is still there
  address = addressOf(link);
  refuse("");
  form.elements.revision.value = link.dataset.revision;
  form.elements.shape.value = place.dataset.sessionCard;
  closer.querySelector("[data-close-which]").textContent = nameOf(place);
  popovers.open(closer, link, radios().find((radio) => radio.checked) ?? radios()[0]);
};
const idOf = () => `session-${address.slice(-36)}`;

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (confirm.disabled) return;
  confirm.disabled = true;
  confirm.setAttribute("aria-busy", "true");
  refuse("");
  send("POST", `${address}/close`, { source: form, target: `#${idOf()}`, swap: "outerHTML" });
});
form?.addEventListener("close-refused", (event) => refuse(event.detail.message));
form?.addEventListener("htmx:afterRequest", (event) => {
  confirm.removeAttribute("aria-busy");
  confirm.disabled = !radios().some((radio) => radio.checked);
  const status = event.detail.xhr?.status ?? 0;
  const now = byId(idOf());
  const again = now?.querySelector("[data-close-session]");
  if (status === 409 && again) {
    // It has moved on: what was chosen can be confirmed against how it stands now.
    form.elements.revision.value = again.dataset.revision;
    popovers.moveTo(again);
  } else if (status === 200 || status === 409) {
    empty();
    address = "";
    closer.hidePopover();
    firstControl(now)?.focus();
  } else if (refusal.hidden) {
    refuse(status ? "It could not be closed. Reload the page and try again." : UNREACHED);
  }
});
closer?.querySelector("[popovertargetaction=hide]").addEventListener("click", () => {
  empty();
  address = "";
});

/* A line's menu */
const menu = byId("session-menu");
const openMenu = (link) => {
  const menuOf = placeOf(link);
  menu.dataset.of = menuOf.id;
  const at = addressOf(link);
  const pinned = link.hasAttribute("data-pinned");
  const pin = menu.querySelector("[data-menu-pin]");
  menu.querySelector("[data-menu-details]").href = at;
  menu.querySelector("[data-menu-rename]").href = `${at}/title`;
  menu.querySelector("[data-menu-rename]").hidden = !link.hasAttribute("data-renamable");
  menu.querySelector("[data-menu-delete]").href = `${at}/delete`;
  menu.querySelector("[data-menu-delete]").hidden = !link.hasAttribute("data-deletable");
  menu.querySelector("[data-menu-pin-label]").textContent = pinned ? "Stop keeping it" : "Keep";
  pin.action = `${at}/pin`;
  pin.elements.pinned.value = pinned ? "no" : "yes";
  pin.elements.shape.value = menuOf.dataset.sessionCard;
  popovers.open(menu, link, menu.querySelector("[data-menu-details]"));
};
menu?.addEventListener("submit", (event) => {
  event.preventDefault();
  const target = `#${menu.dataset.of}`;
  const said = send("POST", event.target.action, { source: event.target, target, swap: "outerHTML", event });
  menu.hidePopover();
  said.then(() => document.querySelector(`${target} [data-session-menu]`)?.focus());
});
menu?.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".menu__item:not([hidden])")];
  const step = event.key === "ArrowDown" ? 1 : items.length - 1;
  items[(items.indexOf(document.activeElement) + step) % items.length].focus();
});

document.addEventListener("click", (event) => {
  // Where a browser has no popovers, the links lead to pages that do the same.
  if (!popovers.known || !popovers.plainClick(event)) return;
  const link = event.target.closest("[data-close-session], [data-session-menu]");
  if (!link) return;
  if (link.matches("[data-close-session]") && !closer) return;
  if (link.matches("[data-session-menu]") && !menu) return;
  event.preventDefault();
  if (popovers.closes(link)) link.focus();
  else if (link.matches("[data-close-session]")) openClose(link);
  else openMenu(link);
});
