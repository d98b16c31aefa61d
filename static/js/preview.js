/* The preview: the generated text to edit, options that generate it anew without losing what was
   typed, and the ways out of it. Edits stay in this tab (sessionStorage); the only place they are
   sent to is the redaction, and for HTML the view that renders them, which keep nothing. */
(() => {
  "use strict";
  const { copy, drafts, findings, waysOut } = window.rf;
  const TYPING_PAUSE = 600;
  const QUICK_DRAFT = 50_000;
  const DRAFT = "rf:preview:";
  const SYSTEM = "rf:ticket-system";
  const NARROW = window.matchMedia("(max-width: 63.99rem)");
  const number = new Intl.NumberFormat("en");

  let current = null;

  const start = (root) => {
    current?.stop();
    const find = (selector) => root.querySelector(selector);
    const form = find("#preview-options");
    const fold = find("[data-preview-fold]");
    const askBar = find("[data-ask]");
    const system = find("#pv-system");
    const cutButton = find("[data-cut]");
    const draftKey = DRAFT + root.dataset.session;
    const off = new AbortController();
    const listen = (target, name, act) => target.addEventListener(name, act, { signal: off.signal });
    const token = form.elements.csrfmiddlewaretoken.value;
    let area;
    let result;
    let watcher;
    let edited = false;
    let applied;
    let typingTimer;
    let draftTimer;
    let askedBy = null;

    /* -- options ------------------------------------------------------------------------------ */

    const options = () => [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "ticket_system");
    const asText = () => JSON.stringify(options());
    const hostnames = () => form.querySelector("input[type=checkbox][name=redact_hostnames]").checked;
    const setCut = (value) => {
      form.querySelector("input[type=hidden][name=cut]").value = value;
    };
    const showSummaryFields = () => {
      const shown = find("[data-shows-summary]").checked || form.elements.detail_level.value === "summary";
      find("[data-summary-fields]").hidden = !shown || form.elements.audience.value === "resolution";
    };

    const regenerate = () => {
      clearTimeout(typingTimer);
      askBar.hidden = true;
      edited = false;
      keepDraft();
      root.setAttribute("aria-busy", "true");
      area.readOnly = true; // what would be typed now is about to be replaced
      window.htmx.trigger(form, "regenerate");
    };
    /* Choices go back to what the text was made with; typed summary rows stay as they are. */
    const putBack = (entries) => {
      const values = new Map(entries);
      for (const field of form.elements) {
        if (field.matches("select") && values.has(field.name)) field.value = values.get(field.name);
        if (field.type === "checkbox") field.checked = values.get(field.name) === field.value;
        if (field.type === "hidden" && field.name === "cut") field.value = values.get("cut") ?? "";
      }
      showSummaryFields();
    };
    const change = (by) => {
      showSummaryFields();
      if (asText() === applied) {
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
      typingTimer = setTimeout(() => change(event.target), TYPING_PAUSE);
    });
    listen(form, "submit", (event) => {
      if (event.submitter?.matches("[data-preview-download]")) return;
      event.preventDefault();
      change(event.submitter);
    });
    listen(find("[data-ask-keep]"), "click", () => {
      askBar.hidden = true;
      putBack(JSON.parse(applied));
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
      if (edited) drafts.keep(draftKey, { text: area.value, options: options(), revision: root.dataset.revision });
      else drafts.drop(draftKey);
    };
    const noteEdit = () => {
      edited = area.value !== area.defaultValue;
      clearTimeout(draftTimer);
      if (area.value.length < QUICK_DRAFT) keepDraft();
      else draftTimer = setTimeout(keepDraft, TYPING_PAUSE);
      measure();
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
        root.setAttribute("aria-busy", "true");
        window.htmx.trigger(form, "regenerate");
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

    const titleOf = (text) => {
      if (result.dataset.format === "html") {
        return copy.parsed(/<title>[^<]{0,5000}/i.exec(text)?.[0] ?? "").title;
      }
      const first = text.slice(0, 5000).split("\n").find((line) => line.trim()) ?? "";
      return first.replace(/^#+ /, "").trim();
    };
    /* A text too long to edit: only its beginning is here. */
    const isStart = () => result.hasAttribute("data-is-start");
    const measure = () => {
      const length = isStart() ? Number(result.dataset.length) : area.value.length;
      const { note, title } = system.selectedOptions[0].dataset;
      const most = Number(note);
      const parts = [most ? `${number.format(length)} of ${number.format(most)} characters` : `${number.format(length)} characters`];
      const titleLength = titleOf(area.value).length;
      const longTitle = Number(title) && titleLength > Number(title);
      if (longTitle) parts.push(`title ${titleLength} of ${title}`);
      const over = most > 0 && length > most;
      if (over) parts.push(`${number.format(length - most)} too many`);
      const text = parts.join(" · ");
      const shown = find("[data-meter-text]");
      if (shown.textContent !== text) shown.textContent = text;
      find("[data-meter]").classList.toggle("is-over", Boolean(over || longTitle));
      const line = find("[data-meter-line]");
      line.hidden = !most;
      line.max = most || 1;
      line.value = Math.min(length, most);
      const cut = result.dataset.madeCut;
      cutButton.hidden = !over || cut === "notes";
      cutButton.value = cut === "output" ? "notes" : "output";
      cutButton.textContent = cut === "output" ? "Cut notes as well" : "Cut command output to fit";
    };
    listen(system, "change", (event) => {
      event.stopPropagation();
      drafts.remember(SYSTEM, system.value);
      measure();
      if (result.dataset.madeCut) change(system);
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

    const showRendered = () => {
      const frame = find("iframe");
      if (!frame || frame.hidden) return;
      const sender = find("[data-rendered-form]");
      sender.elements.text.value = area.value;
      sender.submit();
    };
    listen(root, "click", (event) => {
      const button = event.target.closest("[data-view]");
      if (!button) return;
      const rendered = button.dataset.view === "rendered";
      for (const one of root.querySelectorAll("[data-view]")) one.setAttribute("aria-pressed", String(one === button));
      find("[data-editor]").hidden = rendered;
      find("iframe").hidden = !rendered;
      showRendered();
    });

    /* -- ways out ----------------------------------------------------------------------------- */

    const scan = (text, signal) =>
      findings.ask(root.dataset.redact, { text, hostnames: hostnames(), session: root.dataset.session, token, signal });
    waysOut.bind({
      root,
      form,
      listen,
      token,
      options,
      scan,
      text: () => area.value,
      isEdited: () => edited,
      result: () => result,
      limit: () => Number(system.selectedOptions[0].dataset.note),
    });

    /* -- the text, when it has come ------------------------------------------------------------ */

    const take = () => {
      watcher?.stop();
      root.removeAttribute("aria-busy");
      result = find("#preview-result");
      area = find("#preview-text");
      area.readOnly = isStart();
      for (const hidden of root.querySelectorAll("[data-needs-script], [data-views]")) hidden.hidden = false;
      if (isStart()) find("[data-findings]").hidden = true;
      const waiting = root.dataset.draft === "waiting";
      delete root.dataset.draft;
      applied = asText();
      if (waiting) bringBack();
      measure();
      watcher = null;
      if (isStart()) return waiting;
      area.addEventListener("input", noteEdit);
      watcher = findings.watch(root, area, {
        scan,
        changed() {
          noteEdit();
          showRendered();
        },
      });
      return waiting;
    };

    if (system.value === "") system.value = drafts.recall(SYSTEM);
    if (system.selectedIndex < 0) system.value = "";
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
      take,
      stop() {
        clearTimeout(typingTimer);
        if (draftTimer) keepDraft();
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
    if (event.detail.elt.id === "preview-result" && current?.root.contains(event.detail.elt)) current.take();
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
  const fail = (text = "The preview couldn’t be made. Check the connection and try again.") => {
    current?.root.removeAttribute("aria-busy");
    const area = current?.root.querySelector("#preview-text");
    if (area) area.readOnly = area.closest("[data-is-start]") !== null;
    const shown = current?.root.querySelector("[data-meter-text]");
    if (shown) shown.textContent = text;
    copy.say(text);
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      if (OURS.includes(event.detail.target?.id)) fail();
    });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!OURS.includes(event.detail.target?.id) || event.detail.xhr.status < 300) return;
    event.detail.shouldSwap = false;
    if (event.detail.xhr.status === 422) fail(event.detail.xhr.responseText);
  });

  const page = document.querySelector(".preview-page [data-preview]");
  if (page) start(page);
})();
