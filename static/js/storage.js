/* What is typed is kept in this browser until the server has it: a reload, a crash or a lost
   connection loses nothing. `rf.kept` is the store; a form with [data-keep="key"] uses it by
   itself, for forms that have no autosave of their own. */
(() => {
  "use strict";
  const PREFIX = "rf:kept:";
  const MAX_AGE = 14 * 24 * 3600 * 1000;
  window.rf = window.rf ?? {};

  const kept = {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(PREFIX + key))?.values ?? null;
      } catch {
        return null;
      }
    },
    set(key, values) {
      try {
        localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values }));
        return true;
      } catch {
        return false; // full, or closed to us: the server still gets every pause in the typing
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(PREFIX + key);
      } catch {
        /* nothing was kept then */
      }
    },
    dropAll(start) {
      for (const key of keys()) if (key.startsWith(PREFIX + start)) kept.drop(key.slice(PREFIX.length));
    },
  };
  window.rf.kept = kept;

  function keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  }
  for (const key of keys()) {
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at > MAX_AGE) localStorage.removeItem(key);
    } catch {
      localStorage.removeItem(key);
    }
  }

  const fields = (form) =>
    [...form.elements].filter((field) => field.name && field.matches("textarea, input:not([type=hidden]), select"));

  const values = (form) => {
    const found = {};
    for (const field of fields(form)) {
      if (field.type === "radio") {
        if (field.checked) found[field.name] = field.value;
      } else found[field.name] = field.value;
    }
    return found;
  };

  const restore = (form) => {
    if (form.dataset.kept !== undefined || form.querySelector(".field__error")) return;
    form.dataset.kept = "";
    const stored = kept.get(form.dataset.keep);
    if (!stored) return;
    for (const field of fields(form)) {
      if (!(field.name in stored)) continue;
      if (field.type === "radio") field.checked = field.value === stored[field.name];
      else field.value = stored[field.name];
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const prepare = () => document.querySelectorAll("form[data-keep]").forEach(restore);
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.keep) kept.set(form.dataset.keep, values(form));
  });
  document.addEventListener("htmx:load", prepare);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-keep]");
    if (form && event.detail.successful) kept.drop(form.dataset.keep);
  });
  for (const page of document.querySelectorAll("[data-drop-kept]")) kept.dropAll(page.dataset.dropKept);
  prepare();
})();
