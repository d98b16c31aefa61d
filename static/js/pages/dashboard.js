/* The scripts of the dashboard. */

import "../app.js";
import "../rename.js";
import "../session-list.js";
