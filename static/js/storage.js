/* Keeps what is typed or chosen in this browser: `typed` until the server has it, `drafts` as long
   as the tab is open, `choices` for good. Storage may be full or closed to us: then nothing is kept
   and the page works on. */

const PREFIX = "rf:kept:";
const MAX_AGE = 14 * 24 * 3600 * 1000;
const MAX_DRAFT = 2_000_000; // characters; a longer one is kept as long as the page

const attempt = (act, otherwise) => {
  try {
    return act();
  } catch {
    return otherwise;
  }
};

const typedKeys = () => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)), []);

/* Typed text by key, in all tabs; a reload, a crash or a lost connection loses nothing. */
export const typed = {
  get: (key) => attempt(() => JSON.parse(localStorage.getItem(PREFIX + key))?.values ?? null, null),
  set: (key, values) => attempt(() => localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values }))),
  drop: (key) => attempt(() => localStorage.removeItem(PREFIX + key)),
  dropAll(start) {
    for (const key of typedKeys()) if (key.startsWith(PREFIX + start)) typed.drop(key.slice(PREFIX.length));
  },
};

for (const key of typedKeys()) {
  const isYoung = attempt(() => Date.now() - JSON.parse(localStorage.getItem(key)).at <= MAX_AGE, false);
  if (!isYoung) attempt(() => localStorage.removeItem(key));
}

const inMemory = new Map();

/* Edited texts by key, in this tab alone. */
export const drafts = {
  read: (key) => inMemory.get(key) ?? attempt(() => JSON.parse(sessionStorage.getItem(key)), null),
  drop(key) {
    inMemory.delete(key);
    attempt(() => sessionStorage.removeItem(key));
  },
  keep(key, draft) {
    drafts.drop(key);
    const isStored =
      draft.text.length <= MAX_DRAFT &&
      attempt(() => {
        sessionStorage.setItem(key, JSON.stringify(draft));
        return true;
      }, false);
    if (!isStored) inMemory.set(key, draft);
  },
};

/* A choice that outlives the tab: no text of a session. */
export const choices = {
  recall: (key) => attempt(() => localStorage.getItem(key) ?? "", ""),
  remember: (key, choice) => attempt(() => localStorage.setItem(key, choice)),
};
