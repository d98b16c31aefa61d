/* The scripts of the preview's own page. */

import "../app.js";
import "../preview/export-preview.js";
