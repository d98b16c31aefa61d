/* Copy buttons. [data-copy-target="#id"] copies that element's text; [data-copy-form] copies what
   its form would answer (an export, which without a script is a download). Success shows on the button for two seconds and is announced in #announce. */
(() => {
  "use strict";

  const fallback = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "visually-hidden";
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy refused");
  };

  /* Safari keeps the click's permission only when the write starts at once, so the text may be a
     promise; plain http on a LAN has no clipboard API at all. */
  const put = async (text) => {
    if (navigator.clipboard?.write && window.ClipboardItem && text instanceof Promise) {
      const blob = text.then((value) => new Blob([value], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } else if (navigator.clipboard?.writeText) {
      await navigator.clipboard.writeText(await text);
    } else {
      fallback(await text);
    }
  };

  const load = async (form) => {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    return answer.text();
  };

  const say = (text) => {
    const region = document.getElementById("announce");
    if (region) region.textContent = text;
  };

  const timers = new WeakMap();
  const show = (button, done) => {
    const label = button.querySelector("[data-copy-label]");
    const use = button.querySelector("use");
    button.dataset.copyText ??= label?.textContent ?? "";
    const icon = (name) => use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
    const text = done ? "Copied" : "Couldn’t copy";
    if (label) label.textContent = text;
    icon(done ? "check" : "triangle-alert");
    button.classList.toggle("is-done", done);
    say(done ? "Copied to the clipboard" : "The browser didn’t let the page copy. Select the text and copy it.");
    clearTimeout(timers.get(button));
    timers.set(
      button,
      setTimeout(() => {
        if (label) label.textContent = button.dataset.copyText;
        icon("copy");
        button.classList.remove("is-done");
      }, 2000),
    );
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-target], [data-copy-form]");
    if (!button) return;
    event.preventDefault();
    let text;
    if (button.dataset.copyTarget) {
      const source = document.querySelector(button.dataset.copyTarget);
      text = source ? (source.value ?? source.textContent) : "";
    } else {
      text = load(button.form);
    }
    try {
      await put(text);
      show(button, true);
    } catch {
      show(button, false);
    }
  });
})();
