/* The scripts of a session's page. */

import "../app.js";
import "../elements/keep-typed.js";
import "../preview/export-preview.js";
import "../reference.js";
import "../rename.js";
import "../session-list.js";
