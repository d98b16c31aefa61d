/* The shell's behaviour on every signed-in page: keys, dialogs, menus, toasts and the pressed look
   of answers. Markup asks for it by data attributes; pages need no script of their own for these. */
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const typing = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable ||
      element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])"));

  /* Dialogs: [data-dialog-open="id"], [data-dialog-close]. */
  const openDialog = (id) => {
    const dialog = byId(id);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      closeMenus();
      openDialog(opener.dataset.dialogOpen);
    }
    const dialog = event.target.closest("dialog");
    if (event.target.closest("[data-dialog-close]")) dialog?.close();
    else if (dialog && event.target === dialog && dialog.hasAttribute("data-light-dismiss")) {
      dialog.close();
    }
  });

  /* Menus are <details class="menu">: they open without a script; here they also close. */
  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  }
  document.addEventListener("click", (event) => {
    const menu = event.target.closest("details.menu");
    closeMenus(menu);
    if (menu && event.target.closest("[data-close-menu]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("focusin", (event) => {
    const open = document.querySelector("details.menu[open]");
    if (open && !open.contains(event.target)) open.open = false;
  });

  /* A submit button with [data-needs-choice] stays closed until its form has a radio chosen. */
  const checkChoice = (form) => {
    const button = form.querySelector("[data-needs-choice]");
    if (button) button.disabled = !form.querySelector("input[type=radio]:checked");
  };
  const prepare = (root) => {
    for (const button of root.querySelectorAll("[data-needs-choice]")) checkChoice(button.form);
    for (const toast of root.querySelectorAll(".toast:not([data-timed])")) timeToast(toast);
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=radio]") && event.target.form) {
      checkChoice(event.target.form);
    }
    if (event.target.matches("[data-submit-on-change]")) event.target.form?.requestSubmit();
  });

  /* Toasts leave after a while: an offer to undo after ten seconds, others after six, errors not at
     all. The time stands still while someone points at or stands in one. */
  const leave = (toast) => {
    toast.classList.add("is-leaving");
    setTimeout(() => toast.remove(), 160);
  };
  const TICK = 250;
  function timeToast(toast) {
    toast.dataset.timed = "";
    if (toast.classList.contains("toast--error")) return;
    let left = toast.classList.contains("toast--undo") ? 10000 : 6000;
    const ticking = setInterval(() => {
      if (toast.matches(":hover, :focus-within")) return;
      left -= TICK;
      if (left > 0) return;
      clearInterval(ticking);
      leave(toast);
    }, TICK);
  }

  /* Undo, done in place or refused, has said so in a toast of its own. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const undo = event.detail.elt.closest?.("[data-undo]");
    if (!undo || !event.detail.xhr?.status) return;
    const place = document.querySelector(undo.getAttribute("hx-target"));
    undo.closest(".toast").remove();
    const back = place?.querySelector("[data-close-session]") ?? place?.querySelector("a, button");
    back?.focus({ preventScroll: true });
  });
  // What it would put back in place is no longer on this page: the plain form does it.
  document.addEventListener("htmx:targetError", (event) => {
    event.target.closest?.("[data-undo]")?.submit();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) leave(button.closest(".toast, .banner"));
  });
  const toasts = byId("toasts");
  if (toasts) {
    new MutationObserver(() => prepare(toasts)).observe(toasts, { childList: true });
  }

  /* What a person asked for in place and didn't get is said: in the form that asked, where it has a
     line for that, else in a toast. The run page, the preview and the Close popover say it in their
     own way. */
  const OWN_WAY = "#run, #preview-dialog, #preview-result, #close-popover";
  const ASKING = ["click", "submit", "input", "change", "search"];
  const UNREACHED = "The server can’t be reached. Try again in a moment.";
  const reasonOf = (status) => {
    if (!status) return UNREACHED;
    if (status >= 500) return "That didn’t work. Try again in a moment.";
    return "That can’t be done any more. Reload the page to see how it stands.";
  };
  const sayUnmet = (text, elt) => {
    byId("toasts").querySelector("[data-unmet]")?.remove();
    const line = elt.querySelector("[data-unmet-here]");
    if (line) {
      line.textContent = text;
      line.hidden = !text;
    } else if (text) {
      const toast = byId("unmet-toast").content.firstElementChild.cloneNode(true);
      toast.querySelector(".toast__text").textContent = text;
      byId("toasts").append(toast);
    }
  };
  document.addEventListener("htmx:beforeRequest", (event) => sayUnmet("", event.detail.elt));
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, target, requestConfig, successful, xhr } = event.detail;
    if (successful || elt.closest(OWN_WAY) || target?.closest(OWN_WAY)) return;
    if (!ASKING.includes(requestConfig?.triggeringEvent?.type)) return;
    sayUnmet(reasonOf(xhr?.status ?? 0), elt);
  });

  /* An answer shows as pressed at once; a failed request takes the mark back. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.classList.contains("option")) return;
    button.classList.add("is-pressed");
    button.closest(".options")?.setAttribute("aria-busy", "true");
  });
  const unpress = () => {
    for (const option of document.querySelectorAll(".option.is-pressed")) {
      option.classList.remove("is-pressed");
      option.closest(".options")?.removeAttribute("aria-busy");
    }
  };
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout", "htmx:abort"]) {
    document.addEventListener(name, unpress);
  }
  window.addEventListener("pageshow", unpress);

  /* Keys. Single letters never act while someone types or holds a modifier. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
        event.preventDefault();
      }
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // By habit, where the blank search waits already: still the key, not the first letter.
    const isAgain = event.key === "/" && event.target.id === "search" && !event.target.value;
    if ((typing(event.target) && !isAgain) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      openDialog("keys");
    } else if (event.key === "/") {
      const search = byId("search");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "u") {
      const undo = [...document.querySelectorAll("[data-undo] button")].pop();
      if (!undo) return;
      event.preventDefault();
      undo.click();
    } else if (event.key === "n") {
      const link = document.querySelector("[data-key-new]");
      if (!link) return;
      event.preventDefault();
      link.click();
    }
  });

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement ?? document));
  prepare(document);
  window.rf = window.rf ?? {};
  window.rf.UNREACHED = UNREACHED;
  window.rf.sayUnmet = sayUnmet;
})();
