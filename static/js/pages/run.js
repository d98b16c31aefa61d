/* The scripts of the run page. */

import "../app.js";
import "../attachments.js";
import "../elements/keep-typed.js";
import "../elements/kept-choice.js";
import "../offline-queue.js";
import "../preview/export-preview.js";
import "../run-fields.js";
import "../run.js";
