/* Keeps what is typed or chosen in this browser: `typed` until the server has it, `drafts` as long
   as the tab is open, `choices` for good. Storage may be full or closed to us: then nothing is kept
   and the page works on. */

const ALL = "rf:kept:";
/* Whose text it is: nobody else who signs in in this browser sees it. */
const PREFIX = `${ALL}${document.body?.dataset.user ?? ""}:`;
/* In this tab: the keys of the forms that were sent from it and have no answer yet. */
const SENT = "rf:sent";
const MAX_AGE = 14 * 24 * 3600 * 1000;
const MAX_DRAFT = 2_000_000; // characters; a longer one is kept as long as the page

const attempt = (act, otherwise) => {
  try {
    return act();
  } catch {
    return otherwise;
  }
};

const keysFrom = (start) => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(start)), []);
const sentHere = () => attempt(() => JSON.parse(sessionStorage.getItem(SENT)) ?? [], []);
const read = (key) => attempt(() => JSON.parse(localStorage.getItem(key)), null);

/* What was too long to keep, as long as the page has it; the sign-in page of this tab learns of it. */
const UNKEPT = "rf:unkept";
const unkept = new Set();
const noteUnkept = (key) => {
  unkept.add(key);
  // An older text under this key is not what was typed.
  attempt(() => localStorage.removeItem(PREFIX + key));
  attempt(() => sessionStorage.setItem(UNKEPT, "yes"));
};
const noteKept = (key) => {
  if (unkept.delete(key) && !unkept.size) attempt(() => sessionStorage.removeItem(UNKEPT));
};

/* Typed text by key, in all tabs; a reload, a crash or a lost connection loses nothing. What `waits`
   is sent as soon as that can be; the rest waits for its form to be sent. Returns whether it was
   kept: the storage may be full. */
export const typed = {
  get: (key) => read(PREFIX + key)?.values ?? null,
  set(key, values, { waits = false } = {}) {
    const isKept = attempt(() => {
      localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values, waits }));
      return true;
    }, false);
    if (isKept) noteKept(key);
    else noteUnkept(key);
    return isKept;
  },
  drop(key) {
    noteKept(key);
    attempt(() => localStorage.removeItem(PREFIX + key));
  },
  /* Whether this browser has all that was typed in this tab and isn't saved. */
  get isAllKept() {
    return !unkept.size;
  },
  dropAll(start) {
    for (const key of keysFrom(PREFIX + start)) attempt(() => localStorage.removeItem(key));
  },
  /* A form is on its way, from this tab: its answer is the next page that this tab shows. */
  send(key, values) {
    if (!typed.set(key, values)) return;
    attempt(() => sessionStorage.setItem(SENT, JSON.stringify([...sentHere(), PREFIX + key])));
  },
  /* Forms that were sent, and whose answer is a page of the signed-in, have arrived. */
  settleForms() {
    for (const key of sentHere()) {
      if (read(key)?.values?.state === "sent") attempt(() => localStorage.removeItem(key));
    }
    attempt(() => sessionStorage.removeItem(SENT));
  },
  waiting: () => keysFrom(PREFIX).filter((key) => read(key)?.waits).length,
  /* At sign-out: only what is still to be sent stays. */
  dropUnsent() {
    for (const key of keysFrom(PREFIX)) if (!read(key)?.waits) attempt(() => localStorage.removeItem(key));
  },
};

/* Another page came than what a form was sent for (the sign-in, an error, the form itself by Back):
   it waits, to be filled in again. Returns whether one does. */
export const loseSentForms = () => {
  let isKept = false;
  for (const key of sentHere()) {
    if (read(key)?.values?.state !== "sent") continue;
    const one = read(key);
    const kept = { ...one, values: { ...one.values, state: "lost" }, waits: true };
    const isNowKept = attempt(() => {
      localStorage.setItem(key, JSON.stringify(kept));
      return true;
    }, false);
    isKept ||= isNowKept;
  }
  attempt(() => sessionStorage.removeItem(SENT));
  return isKept;
};

/* What waits in this browser, whoever typed it: for the sign-in page, which shows no text of it. */
export const waitingForSignIn = () => {
  const found = keysFrom(ALL)
    .map(read)
    .filter((one) => one?.waits);
  const isAllKept = attempt(() => !sessionStorage.getItem(UNKEPT), true);
  attempt(() => sessionStorage.removeItem(UNKEPT));
  return { count: found.length, last: Math.max(0, ...found.map(({ at }) => at)), isAllKept };
};

for (const key of keysFrom(ALL)) {
  const isYoung = attempt(() => Date.now() - JSON.parse(localStorage.getItem(key)).at <= MAX_AGE, false);
  if (!isYoung) attempt(() => localStorage.removeItem(key));
}

const inMemory = new Map();

/* Edited texts by key, in this tab alone. */
export const drafts = {
  dropAll() {
    inMemory.clear();
    attempt(() => sessionStorage.clear());
  },
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
