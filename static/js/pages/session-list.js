/* The scripts of the session list. */

import "../app.js";
import "../rename.js";
import "../session-list.js";
import "../session-list-keys.js";
