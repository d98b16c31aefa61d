/* Asking the browser for a passkey. What the server sends and takes is JSON, bytes as base64url. */

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.codePointAt(0));
};

const text = (buffer) => {
  const plain = String.fromCodePoint(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const withIds = (list = []) => list.map((entry) => ({ ...entry, id: bytes(entry.id) }));

const answer = (credential, names) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: Object.fromEntries(
    names.filter((name) => credential.response[name]).map((name) => [name, text(credential.response[name])]),
  ),
});

/* A new passkey. With `signsIn` it is kept by the device, and signs in without a password. */
export async function createPasskey({ publicKey }, signsIn) {
  const authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: signsIn ? "required" : "discouraged",
    requireResidentKey: signsIn,
    ...(signsIn && { userVerification: "required" }),
  };
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      authenticatorSelection,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: withIds(publicKey.excludeCredentials),
    },
  });
  const made = answer(credential, ["clientDataJSON", "attestationObject"]);
  made.response.transports = credential.response.getTransports?.() ?? [];
  return made;
}

/* A passkey that is there. */
export async function askPasskey({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: withIds(publicKey.allowCredentials),
    },
  });
  return answer(credential, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
}

/* What to say when it did not come to a passkey. */
export const reason = (error) =>
  ({
    NotAllowedError: "It was cancelled, or took too long. Try again.",
    InvalidStateError: "This device has a passkey for you already.",
    SecurityError: "Passkeys need an address that begins with https and has a name, no number.",
    NotSupportedError: "This device can’t make such a passkey.",
  })[error.name] ?? "This browser couldn’t do that. Try another one, or another way.";
