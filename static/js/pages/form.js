/* The scripts of a page with a long form. */

import "../app.js";
import "../elements/keep-typed.js";
