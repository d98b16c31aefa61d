/* The scripts of the pages of second factors, behind the sign-in. */

import "../app.js";
import "../elements/passkey-form.js";
