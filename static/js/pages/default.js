/* The scripts of a page that needs no script of its own. */

import "../app.js";
