/* The scripts of a batch and of a new one. */

import "../app.js";
import "../batch.js";
