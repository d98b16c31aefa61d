/* The scripts of a flow's page. */

import "../app.js";
import "../diagram.js";
