/* The sign-in page: says what waits in this browser, and shows nothing of it. */

import "../elements/passkey-form.js";
import { loseSentForms, waitingForSignIn } from "../storage.js";

/* This browser has what was sent, too, and fills its form in again: no page in between is needed. */
if (loseSentForms()) {
  for (const next of document.querySelectorAll("input[name=next]")) {
    if (next.value.startsWith("/sign-in/form?")) next.value += "&by-browser=yes";
  }
}
const { count, last, isAllKept } = waitingForSignIn();
if (count || !isAllKept) {
  const time = new Date(last).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  const changes = count === 1 ? "1 change waits" : `${count} changes wait`;
  const banner = document.querySelector("[data-waiting]");
  banner.hidden = false;
  banner.querySelector("[data-waiting-text]").textContent =
    (count ? `${changes} in this browser, the last typed at ${time}. ` : "") +
    (isAllKept
      ? "Nothing is lost: sign in as the same person, and what can be sent is sent."
      : "A text was too long for this browser to keep: go back to its page, if it is still open, and copy it.");
}
