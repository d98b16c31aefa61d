/* The scripts of the second step of the sign-in. */

import "../elements/passkey-form.js";
