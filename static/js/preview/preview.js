/* The preview: the generated text to edit, options that generate it anew without losing what was
   typed, and the ways out of it. Edits stay in this tab (sessionStorage); the only place they are
   sent to is the redaction, and for HTML the view that renders them, which keep nothing. */
(() => {
  "use strict";
  const { copy, drafts, exportOptions, findings, meter: meters, rendered: views, waysOut } = window.rf;
  const TYPING_PAUSE = 600;
  const QUICK_DRAFT = 50_000;
  const DRAFT = "rf:preview:";
  const NARROW = window.matchMedia("(max-width: 63.99rem)");

  let current = null;

  const start = (root) => {
    current?.stop();
    const find = (selector) => root.querySelector(selector);
    const form = find("#preview-options");
    const fold = find("[data-preview-fold]");
    const askBar = find("[data-ask]");
    const draftKey = DRAFT + root.dataset.session;
    const off = new AbortController();
    const listen = (target, name, act) => target.addEventListener(name, act, { signal: off.signal });
    const token = form.elements.csrfmiddlewaretoken.value;
    let area;
    let result;
    let watcher;
    let edited = false;
    let applied; // the options that the text was made with
    let requested = null; // those of the text that is on its way, null for none
    let declined = null; // those for which edits were kept: summary rows stay as they are typed
    let typingTimer;
    const takers = []; // who wait for the text that is on its way
    let draftTimer;
    let askedBy = null;

    /* -- options ------------------------------------------------------------------------------ */

    const { asText, hostnames, putBack, setCut, showSummaryFields, typedRows } = exportOptions.of(form);
    const madeWith = () => JSON.parse(applied);

    const fetchText = () => {
      requested = asText();
      root.setAttribute("aria-busy", "true");
      area.readOnly = true; // what would be typed now is about to be replaced
      window.htmx.trigger(form, "regenerate");
    };
    const regenerate = () => {
      clearTimeout(typingTimer);
      askBar.hidden = true;
      edited = false;
      keepDraft();
      fetchText();
    };
    /* A request that waited for another one takes the options as they are when it is sent. */
    const sent = new WeakMap();
    listen(form, "htmx:beforeRequest", ({ detail }) => {
      requested = asText();
      sent.set(detail.xhr, requested);
    });
    const settle = (why) => {
      for (const done of takers.splice(0)) done(why);
    };
    const change = (by) => {
      showSummaryFields();
      if (asText() === (requested ?? applied)) {
        askBar.hidden = true;
        return;
      }
      if (!edited) {
        regenerate();
        return;
      }
      const unasked = askBar.hidden;
      askBar.hidden = false;
      find("[data-ask-text]").textContent = "This makes the text anew. Replace your edits?";
      if (by?.matches("textarea")) {
        if (unasked) copy.say("This makes the text anew. Replace your edits, or keep them?");
        return;
      }
      askedBy = by;
      find("[data-ask-keep]").focus();
    };
    let typing = null;
    const takeTyped = () => {
      clearTimeout(typingTimer);
      if (typing) change(typing);
      typing = null;
    };
    /* Whoever takes the text along waits for the one that was asked for: another may be unmasked.
       "" when it is there, "lost" when it didn't come, "ask" while edits stand in its way. */
    const ready = () => {
      takeTyped();
      const wanted = asText();
      if (requested === null && wanted !== applied && !edited) regenerate();
      if (requested !== null) return new Promise((done) => takers.push(done));
      return Promise.resolve(wanted === applied || wanted === declined ? "" : "ask");
    };
    listen(form, "change", (event) => {
      if (event.target.matches("textarea")) return;
      const scansOnly = event.target.name === "redact_hostnames" && !form.elements.redaction_mode.checked;
      if (scansOnly) {
        applied = asText();
        watcher?.look();
      } else change(event.target);
    });
    listen(form, "input", (event) => {
      if (!event.target.matches("textarea")) return;
      clearTimeout(typingTimer);
      typing = event.target;
      typingTimer = setTimeout(takeTyped, TYPING_PAUSE);
    });
    listen(form, "submit", (event) => {
      if (event.submitter?.matches("[data-preview-download]")) return;
      event.preventDefault();
      change(event.submitter);
    });
    listen(find("[data-ask-keep]"), "click", () => {
      askBar.hidden = true;
      clearTimeout(typingTimer);
      typing = null;
      putBack(madeWith());
      declined = asText();
      (askedBy?.isConnected ? askedBy : area).focus();
      askedBy = null;
    });
    listen(find("[data-ask-replace]"), "click", () => {
      const back = askedBy?.isConnected ? askedBy : area;
      askedBy = null;
      regenerate();
      (back.id === "preview-text" ? find("[data-preview-title]") : back).focus();
    });

    /* -- edits -------------------------------------------------------------------------------- */

    const keepDraft = () => {
      clearTimeout(draftTimer);
      draftTimer = undefined;
      const made = [...new Map([...madeWith(), ...typedRows()])];
      if (edited) drafts.keep(draftKey, { text: area.value, options: made, revision: root.dataset.revision });
      else drafts.drop(draftKey);
    };
    const noteEdit = () => {
      edited = area.value !== area.defaultValue;
      clearTimeout(draftTimer);
      if (area.value.length < QUICK_DRAFT) keepDraft();
      else draftTimer = setTimeout(keepDraft, TYPING_PAUSE);
      meter.measure();
    };
    const bringBack = () => {
      const draft = drafts.read(draftKey);
      if (!draft) return false;
      putBack(draft.options);
      for (const [name, value] of draft.options) {
        const field = form.elements[name];
        if (field instanceof HTMLTextAreaElement) field.value = value;
      }
      if (asText() !== applied) {
        /* Format and file name belong to the text: fetch them, then put the edits in. */
        root.dataset.draft = "waiting";
        fetchText();
        return true;
      }
      if (isStart()) return false;
      area.value = draft.text;
      edited = true;
      askBar.hidden = false;
      find("[data-ask-text]").textContent =
        draft.revision === root.dataset.revision
          ? "Your edits from before are back. Replace them with the text as made?"
          : "These are your edits from before; the session has gone on since. Replace them with the text as it is now?";
      askedBy = null;
      return false;
    };

    /* -- length ------------------------------------------------------------------------------- */

    /* A text too long to edit: only its beginning is here. */
    const isStart = () => result.hasAttribute("data-is-start");
    const meter = meters.bind({
      root,
      listen,
      text: () => area.value,
      result: () => result,
      changed: change,
    });
    listen(root, "click", (event) => {
      const button = event.target.closest("[data-cut], [data-uncut]");
      if (!button) return;
      event.preventDefault();
      setCut(button.value);
      change(button);
      if (!edited) find("[data-preview-title]").focus();
    });

    /* -- HTML as it will look ------------------------------------------------------------------ */

    const rendered = views.bind({
      root,
      listen,
      /* The editor's text; where the page itself has pictures, they come from the server. */
      sent: () => (edited || result.dataset.hasPictures === undefined ? [["text", area.value]] : madeWith()),
    });

    /* -- ways out ----------------------------------------------------------------------------- */

    const scan = (text, signal) =>
      findings.ask(root.dataset.redact, { text, hostnames: hostnames(), session: root.dataset.session, token, signal });
    waysOut.bind({
      root,
      form,
      listen,
      token,
      ready,
      isPage: () => (requested === null ? result.dataset.format : form.elements.format.value) === "html",
      options: madeWith,
      scan,
      text: () => area.value,
      isEdited: () => edited,
      result: () => result,
      limit: meter.limit,
    });

    /* -- the text, when it has come ------------------------------------------------------------ */

    const take = () => {
      watcher?.stop();
      watcher = null;
      result = find("#preview-result");
      area = find("#preview-text");
      area.readOnly = isStart();
      for (const hidden of root.querySelectorAll("[data-needs-script], [data-views]")) hidden.hidden = false;
      rendered.again();
      if (isStart()) find("[data-findings]").hidden = true;
      const waiting = root.dataset.draft === "waiting";
      delete root.dataset.draft;
      if (waiting) bringBack();
      meter.measure();
      if (isStart()) return;
      area.addEventListener("input", noteEdit);
      watcher = findings.watch(root, area, {
        scan,
        changed() {
          noteEdit();
          rendered.show();
        },
      });
    };
    const arrive = () => {
      if (requested === applied) {
        requested = null;
        root.removeAttribute("aria-busy");
      }
      take();
      area.readOnly ||= requested !== null; // another text is on its way
      if (requested === null) settle("");
    };
    /* The text didn't come: everything is as it was before it was asked for. */
    const giveUp = () => {
      requested = null;
      root.removeAttribute("aria-busy");
      putBack(madeWith());
      if (root.dataset.draft) {
        delete root.dataset.draft;
        take();
      } else {
        area.readOnly = isStart();
        noteEdit();
      }
      settle("lost");
    };

    showSummaryFields();
    const foldAway = () => {
      fold.open = !NARROW.matches;
    };
    foldAway();
    listen(NARROW, "change", foldAway);
    listen(window, "pagehide", () => draftTimer && keepDraft());
    applied = asText();
    result = find("#preview-result");
    area = find("#preview-text");
    bringBack();
    if (root.dataset.draft !== "waiting") take();

    current = {
      root,
      /* `xhr` has brought a text, which is about to stand in the page. */
      bring(xhr) {
        applied = sent.get(xhr) ?? applied;
      },
      arrive,
      giveUp,
      stop() {
        clearTimeout(typingTimer);
        if (draftTimer) keepDraft();
        settle("lost");
        watcher?.stop();
        off.abort();
        current = null;
      },
    };
  };

  /* The dialog opens when its content has come, and htmx has bound it; the text is taken over
     whenever it was swapped. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "preview-dialog") return;
    const dialog = event.detail.target;
    if (!dialog.open) dialog.showModal();
    start(dialog.querySelector("[data-preview]"));
    dialog.querySelector("[data-preview-title]").focus({ preventScroll: true });
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.id === "preview-result" && current?.root.contains(event.detail.elt)) current.arrive();
  });
  document.addEventListener(
    "close",
    (event) => {
      if (event.target.id !== "preview-dialog") return;
      current?.stop();
      event.target.replaceChildren();
    },
    true,
  );
  const OURS = ["preview-dialog", "preview-result"];
  const fail = (elt, text = "The preview couldn’t be made. Check the connection and try again.") => {
    if (!current) window.rf.sayUnmet(text, elt);
    else {
      current.giveUp();
      copy.say(text);
    }
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      if (OURS.includes(event.detail.target?.id)) fail(event.detail.elt);
    });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (!OURS.includes(target?.id)) return;
    if (xhr.status < 300) {
      current?.bring(xhr);
      return;
    }
    event.detail.shouldSwap = false;
    if (xhr.status !== 422) return;
    event.detail.isError = false; // it is told here, in the server's words
    fail(event.detail.elt, xhr.responseText);
  });

  const page = document.querySelector(".preview-page [data-preview]");
  if (page) start(page);
})();
