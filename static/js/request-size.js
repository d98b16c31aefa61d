/* A request that is larger than the server takes isn't sent: the connection would end in the middle of
   it, which looks as if the server were away. It is said at once, and everything stays where it is. */

import { showRequestError } from "./request-errors.js";

const MEGABYTE = 1024 * 1024;
const MAX_MEGABYTES = 16;
const ENOUGH_TO_LOOK = 1_800_000; // characters; a shorter text can't become so long

/* The bytes that a form is sent as. */
export const sizeOf = (data, isMultipart) => {
  let files = 0;
  let characters = 0;
  const texts = [];
  for (const [name, value] of data) {
    if (value instanceof File) files += value.size;
    else {
      characters += value.length;
      texts.push([name, value]);
    }
  }
  if (characters < ENOUGH_TO_LOOK) return files + characters;
  if (isMultipart) return files + new Blob(texts.map(([, value]) => value)).size;
  return files + new URLSearchParams(texts).toString().length;
};

/* What to say of so many bytes; "" when they can be sent. */
export const sizeProblem = (bytes) => {
  if (bytes < MAX_MEGABYTES * MEGABYTE - 10_000) return "";
  const size = (bytes / MEGABYTE).toFixed(1);
  return `This is too much to send at once: ${size} MB, and ${MAX_MEGABYTES} MB fit. Shorten the text, or attach it as a file.`;
};

const problemOf = (form) => sizeProblem(sizeOf(new FormData(form), form.enctype === "multipart/form-data"));
document.addEventListener("htmx:confirm", (event) => {
  const form = event.detail.elt.closest("form");
  const problem = form && event.detail.verb !== "get" ? problemOf(form) : "";
  if (!problem) return;
  event.preventDefault();
  showRequestError(problem, event.detail.elt);
});
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const problem = form.method === "post" && !form.hasAttribute("hx-post") ? problemOf(form) : "";
    if (!problem) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    showRequestError(problem, form);
  },
  true,
);
