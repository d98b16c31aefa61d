/* The keys 1 to 6 choose an outcome wherever outcomes stand: in the run, on the page that completes a
   session, in the popover that closes one. There t leads to the ticket number, if that is missing. */

import { answerNumber, isTextField, shortcut } from "./keys.js";

document.addEventListener("keydown", (event) => {
  if (shortcut(event) !== "t" || event.defaultPrevented || event.repeat || isTextField(event.target)) return;
  const field = document.querySelector("#main [data-missing-ticket]");
  if (!field || document.querySelector("dialog[open], [popover]:popover-open")) return;
  event.preventDefault();
  field.focus();
});

document.addEventListener("keydown", (event) => {
  const number = answerNumber(event);
  if (!number || event.defaultPrevented || event.repeat || isTextField(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const place = document.querySelector("[popover]:popover-open") ?? document.getElementById("main");
  const radio = [...(place?.querySelectorAll("input[type=radio][name=outcome]") ?? [])][number - 1];
  if (!radio) return;
  event.preventDefault();
  radio.click();
  radio.focus();
});
