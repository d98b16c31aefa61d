/* An error page. The form that was sent waits in this browser: it is filled in again on its page. */

import { loseSentForms } from "../storage.js";

const form = document.querySelector("[data-form-page]");
const isKept = loseSentForms();
const said = document.querySelector("[data-typed-kept]");
if (said) said.hidden = !isKept;
if (isKept && document.referrer.startsWith(`${location.origin}/`)) {
  form.href = document.referrer;
  form.hidden = false;
}
