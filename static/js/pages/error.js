/* The page that says that something broke: the form that was sent waits in this browser. */

import { loseSentForms } from "../storage.js";

if (loseSentForms()) document.querySelector("[data-typed-kept]").hidden = false;
