/* Moves along the lines of the session list by key, and keeps the focus when more of them come.
   Searching, filtering and the endless list are HTMX's. */

import { isTextField, shortcut } from "./keys.js";

const search = document.getElementById("search");
const links = () => [...document.querySelectorAll("#session-results .row__title a")];
const stand = (link) => {
  link?.focus({ preventScroll: true });
  link?.closest(".row").scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const all = links();
  const row = document.activeElement.closest("#session-results .row");
  const at = row ? all.findIndex((link) => row.contains(link)) : -1;
  const letter = isTextField(event.target) ? "" : shortcut(event);
  const down = event.key === "ArrowDown" ? row || event.target === search : letter === "j";
  const up = event.key === "ArrowUp" ? row : letter === "k";
  if ((!down && !up) || !all.length) return;
  event.preventDefault();
  if (up && at === 0 && event.key === "ArrowUp") search.focus();
  else stand(all[Math.max(0, Math.min(at + (down ? 1 : -1), all.length - 1))]);
});

/* “Show older”, pressed by key, hands the focus to the first line that it brought. */
let standing = 0; // lines before it, when the focus was on it; else 0
document.addEventListener("htmx:beforeSwap", (event) => {
  const more = event.detail.target;
  standing = more.matches?.(".history__more") && more === document.activeElement ? links().length : 0;
});
document.addEventListener("htmx:afterSettle", () => {
  if (standing) stand(links()[standing]);
  standing = 0;
});

/* The list has followed every choice: “Show” only puts the form away. */
const filter = document.getElementById("history-filter");
filter.addEventListener("submit", () => filter.hidePopover?.());
