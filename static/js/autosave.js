/* Typing is saved as it goes. An element with [data-typing="url"] posts its form to that URL after
   a pause; [data-kept-as="key"] keeps the text in this browser until the server has it; the mark
   [data-mark="id"] (default "saved") tells the truth about it. `rf.connection` knows whether the
   server answers and calls back when it does again. */
(() => {
  "use strict";
  const PAUSE = 600;
  const PING = 2500;
  const { kept } = window.rf;

  /* -- is the server there? -- */
  const waiting = new Map(); // what to do when it is back, in the order it was asked
  let timer = 0;
  const connection = {
    lost(what, retry) {
      waiting.set(what, retry); // one that waits already keeps its place
      this.show();
      if (!timer) timer = setTimeout(ping, PING);
    },
    settled(what) {
      waiting.delete(what);
      if (!waiting.size) {
        clearTimeout(timer);
        timer = 0;
      }
      this.show();
    },
    get count() {
      return waiting.size;
    },
    show() {
      const banner = document.getElementById("offline");
      if (!banner) return;
      banner.hidden = !waiting.size;
      const text = banner.querySelector("[data-offline-text]");
      const changes = waiting.size === 1 ? "1 change waits" : `${waiting.size} changes wait`;
      text.textContent = navigator.onLine
        ? `The server can’t be reached. ${changes} here and will be sent when it is back.`
        : `You’re offline. ${changes} here and will be sent when the connection is back.`;
    },
  };
  window.rf.connection = connection;

  let isSending = false;
  async function ping() {
    timer = 0;
    if (!waiting.size || isSending) return;
    isSending = true;
    try {
      const url = document.querySelector("[data-health]").dataset.health;
      const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(4000) });
      if (!answer.ok) throw new Error(String(answer.status));
      // In order: a later one may build on an earlier one. What fails again stays the first.
      for (const what of [...waiting.keys()]) {
        const retry = waiting.get(what);
        if (!retry) continue;
        waiting.delete(what);
        await retry();
        if (!waiting.has(what)) continue;
        const later = [...waiting].filter(([other]) => other !== what);
        for (const [other] of later) waiting.delete(other);
        for (const [other, again] of later) waiting.set(other, again);
        break;
      }
      connection.show();
    } catch {
      connection.show();
    }
    isSending = false;
    if (waiting.size && !timer) timer = setTimeout(ping, PING);
  }
  window.addEventListener("online", () => {
    clearTimeout(timer);
    ping();
  });

  /* A short mark of texts, to know them again; nothing secret hangs on it (FNV-1a, 2 × 32 bits). */
  const markOf = (values) => {
    let [one, two] = [0x811c9dc5, 0x9e3779b9];
    const text = JSON.stringify(values);
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      one = Math.imul(one ^ unit, 0x01000193);
      two = Math.imul(two ^ unit, 0x01000199);
    }
    return `${one >>> 0}.${two >>> 0}`;
  };

  /* -- one autosaved part of a form -- */
  class Typing {
    constructor(element) {
      this.element = element;
      this.form = element.closest("form");
      this.key = element.dataset.keptAs;
      this.timer = 0;
      this.sending = null;
      element.addEventListener("input", () => this.typed());
      const stored = kept.get(this.key);
      const there = markOf(this.values);
      this.known = [there];
      if (!stored?.values || !this.differs(stored.values)) kept.drop(this.key);
      else if (stored.known?.includes(there)) this.restore(stored);
      else this.setBeside(stored.values);
    }
    /* What the server holds is what this browser started from or sent: its newer text goes on. */
    restore({ values, known }) {
      this.known = known;
      for (const field of this.fields) if (field.name in values) field.value = values[field.name];
      // At once: the page that was left sent this very text too, and only its reply says so.
      this.mark("saving", "Saving…");
      this.save();
    }
    /* Somebody else wrote in the meantime. Neither text may be lost: theirs stays in the field,
       ours stands under it, to be copied from. */
    setBeside(values) {
      for (const field of this.fields) {
        const text = values[field.name];
        if (!text || text === field.value) continue;
        const beside = document.createElement("div");
        beside.className = "field typing__beside";
        const label = document.createElement("label");
        const copy = document.createElement("textarea");
        copy.id = `${field.id}-beside`;
        copy.className = "textarea";
        copy.readOnly = true;
        copy.value = text;
        label.htmlFor = copy.id;
        label.textContent = "You had typed this here; somebody else’s text is in the field above";
        beside.append(label, copy);
        field.closest(".field, [data-typing]").append(beside);
      }
    }
    /* Kept in this browser, with marks of the texts that the server may hold because of us. */
    remember() {
      this.known = [...this.known, markOf(this.values)].slice(-8);
      kept.set(this.key, { values: this.values, known: this.known });
    }
    get fields() {
      return [...this.element.querySelectorAll("textarea[name], input[name]")];
    }
    get values() {
      return Object.fromEntries(this.fields.map((field) => [field.name, field.value]));
    }
    differs(stored) {
      return this.fields.some((field) => field.name in stored && stored[field.name] !== field.value);
    }
    typed() {
      kept.set(this.key, { values: this.values, known: this.known });
      this.mark("saving", "Saving…");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    }
    /* The form itself is on its way and carries the text: no autosave beside it. */
    cancel() {
      clearTimeout(this.timer);
      this.timer = 0;
      connection.settled(this.key);
    }
    flush() {
      if (this.timer) this.save({ keepalive: true });
    }
    async save(options = {}) {
      clearTimeout(this.timer);
      this.timer = 0;
      if (this.sending) {
        this.again = true;
        return this.sending;
      }
      this.sending = this.send(options);
      await this.sending;
      this.sending = null;
      if (this.again) {
        this.again = false;
        return this.save();
      }
    }
    async send(options) {
      const sent = this.values;
      this.remember();
      let answer;
      try {
        answer = await fetch(this.element.dataset.typing, {
          method: "POST",
          body: new URLSearchParams(new FormData(this.form)),
          headers: { Accept: "application/json" },
          redirect: "manual",
          ...options,
        });
      } catch {
        if (options.keepalive) return; // too long for a page that is leaving; it is kept here
        return this.offline();
      }
      if (!this.element.isConnected) return;
      if (answer.type === "opaqueredirect") {
        return this.mark("failed", "You are signed out. Reload to sign in; this text is kept.");
      }
      if (answer.status >= 500) return this.offline();
      const reply = await answer.json().catch(() => ({}));
      if (answer.ok) {
        const baseHash = this.form.elements.base_hash;
        if (baseHash) baseHash.value = reply.base_hash;
        connection.settled(this.key);
        // What was typed since is on its way, and not saved yet.
        if (this.differs(sent)) return this.mark("saving", "Saving…");
        kept.drop(this.key);
        const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
        this.mark("saved", `Saved ${now}`);
      } else {
        this.mark("failed", reply.message ?? "Not saved. Reload the page; this text is kept.");
      }
    }
    offline() {
      connection.lost(this.key, () => this.element.isConnected && this.save());
      const count = connection.count;
      this.mark("offline", `Offline: ${count} change${count === 1 ? "" : "s"} wait${count === 1 ? "s" : ""}`);
    }
    mark(state, text) {
      const mark = document.getElementById(this.element.dataset.mark ?? "saved");
      if (!mark) return;
      mark.hidden = false;
      mark.dataset.state = state;
      mark.querySelector("[data-saved-text]").textContent = text;
      const icons = { saving: "loader-circle", saved: "check", offline: "cloud-off", failed: "triangle-alert" };
      const use = mark.querySelector("use");
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icons[state]}`));
    }
  }

  const all = new Map();
  window.rf.typingOf = (form) => [...all.values()].filter((typing) => typing.form === form);
  const prepare = () => {
    for (const [element] of all) if (!element.isConnected) all.delete(element);
    for (const element of document.querySelectorAll("[data-typing]")) {
      if (!all.has(element)) all.set(element, new Typing(element));
    }
    connection.show();
  };
  document.addEventListener("htmx:load", prepare);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") for (const typing of all.values()) typing.flush();
  });
  window.addEventListener("pagehide", () => {
    for (const typing of all.values()) typing.flush();
  });
  prepare();
})();
