/* Edited texts by key, kept in this tab alone: until it is closed, or as long as the page where a
   text is too long for the tab's storage or that is closed to us. */
(() => {
  "use strict";
  const LONG = 2_000_000;
  const kept = new Map();

  const read = (key) => {
    try {
      return kept.get(key) ?? JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const drop = (key) => {
    kept.delete(key);
    try {
      sessionStorage.removeItem(key);
    } catch {
      /* nothing is kept there */
    }
  };
  const keep = (key, draft) => {
    drop(key);
    try {
      if (draft.text.length > LONG) throw new RangeError("too long");
      sessionStorage.setItem(key, JSON.stringify(draft));
    } catch {
      kept.set(key, draft);
    }
  };

  /* A choice that outlives the tab: no text of a session. */
  const recall = (key) => {
    try {
      return localStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  };
  const remember = (key, choice) => {
    try {
      localStorage.setItem(key, choice);
    } catch {
      /* it is asked for anew next time */
    }
  };

  window.rf = window.rf ?? {};
  window.rf.drafts = { read, keep, drop, recall, remember };
})();
