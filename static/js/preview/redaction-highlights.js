/* What is likely sensitive in an editor: found by the server's redaction, shown as highlights
   under the text and as a list, one line per value, with a toggle each. A toggle masks its value
   in the text itself, so that what is seen is what is copied. */
(() => {
  "use strict";
  const SCAN_AFTER = 350;
  /* Looking through a large text costs the server: it is asked when typing has stopped for good. */
  const LARGE = 500_000;
  const SCAN_LARGE_AFTER = 1500;
  const MOST_ROWS = 150;
  const MOST_SCANNED = 5_000_000;
  const TOO_LONG = "The text is too long to look through: choose less detail, or cut it.";
  const KINDS = {
    ip: ["IP address", "IP addresses"],
    email: ["E-mail address", "E-mail addresses"],
    token: ["Password or key", "Passwords or keys"],
    unc: ["UNC path", "UNC paths"],
    host: ["Host name", "Host names"],
  };
  const placeholder = (kind) => `[${kind.toUpperCase()} REDACTED]`;

  /* The server refuses what no database holds; a stand-in of the same length keeps the places. */
  const sendable = (text) =>
    text.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");

  /* The server counts code points, a text box UTF-16 units: characters beyond U+FFFF are two. */
  const toUnits = (text, findings) => {
    if (!/[\ud800-\udbff]/.test(text)) return findings;
    let points = 0;
    let units = 0;
    const reach = (target) => {
      while (points < target && units < text.length) {
        units += text.codePointAt(units) > 0xffff ? 2 : 1;
        points += 1;
      }
      return units;
    };
    return findings.map((one) => {
      const start = reach(one.start);
      return { ...one, start, end: reach(one.end) };
    });
  };

  /* Ask the server: {text, findings (UTF-16), summary} of a text. */
  const ask = async (url, { text, hostnames, session, token, signal }) => {
    if (text.length > MOST_SCANNED && [...text].length > MOST_SCANNED) throw new RangeError(TOO_LONG);
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ text: sendable(text), redact_hostnames: hostnames, session_id: session }),
      signal,
    });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    const told = await answer.json();
    return { ...told, findings: toUnits(text, told.findings) };
  };

  const inWords = (summary) =>
    Object.keys(KINDS)
      .filter((kind) => summary[kind])
      .map((kind) => `${summary[kind]} ${KINDS[kind][summary[kind] === 1 ? 0 : 1].replace(/^[EHP](?=[-ao])/, (letter) => letter.toLowerCase())}`)
      .join(", ");

  /* -- the line that a masked export ends with ([R3]) --------------------------------------------- */

  const PLACEHOLDER = /(IP|EMAIL|TOKEN|UNC|HOST) REDACTED/g;
  const LINE = "Redacted: [^\n<]*\\.";
  const PLAIN_FOOTER = new RegExp(`(?:^|\n)${LINE}\\s*$`);
  const PAGE_FOOTER = new RegExp(`<footer><p>${LINE}</p></footer>\n?`);
  /* `text` with a footer that counts every placeholder in it, those of an earlier masking too; one
     that is there already stays unless something was masked since. */
  const withFooter = (text, { isPage, isNew }) => {
    const footer = isPage ? PAGE_FOOTER : PLAIN_FOOTER;
    if (!isNew && footer.test(text)) return text;
    const counts = {};
    const body = isPage ? text.slice(Math.max(text.indexOf("<body"), 0)) : text;
    for (const [, kind] of body.matchAll(PLACEHOLDER)) counts[kind.toLowerCase()] = (counts[kind.toLowerCase()] ?? 0) + 1;
    const line = `Redacted: ${inWords(counts) || "nothing was found to mask"}.`;
    const bare = text.replace(footer, "");
    if (!isPage) return `${bare.trimEnd()}\n\n${line}\n`;
    const end = ["</main>", "</body>"].map((tag) => bare.lastIndexOf(tag)).find((at) => at >= 0) ?? bare.length;
    return `${bare.slice(0, end)}<footer><p>${line}</p></footer>\n${bare.slice(end)}`;
  };
  const hasPlaceholder = (text) => text.search(PLACEHOLDER) >= 0;

  /* Watch one editor. `scan(text, signal)` answers as `ask` does; `changed()` is told of edits
     made here. */
  const watch = (root, area, { scan, changed }) => {
    const section = root.querySelector("[data-findings]");
    const list = section.querySelector("[data-findings-list]");
    const count = section.querySelector("[data-findings-count]");
    const maskAll = section.querySelector("[data-mask-all]");
    const off = new AbortController();
    const { signal } = off;
    const layers = window.rf.editor.attach(area, root.querySelector("[data-backdrop]"), signal);
    let marks = [];
    let highlighted = true;
    let seen = area.value;
    let own = false;
    let timer;
    let running;

    const draw = () => {
      highlighted = layers.draw(marks);
    };

    const groups = () => {
      const found = new Map();
      for (const mark of marks) {
        const key = `${mark.kind} ${mark.value}`;
        if (!found.has(key)) found.set(key, { key, kind: mark.kind, value: mark.value, marks: [] });
        found.get(key).marks.push(mark);
      }
      return [...found.values()];
    };

    const element = (name, className, text) => {
      const made = document.createElement(name);
      made.className = className;
      if (text !== undefined) made.textContent = text;
      return made;
    };

    const row = (group, line) => {
      const item = element("li", "finding");
      item.dataset.key = group.key;
      const label = element("label", "finding__choice");
      const box = element("input", "finding__box");
      box.type = "checkbox";
      box.checked = group.marks.every((mark) => mark.masked);
      const shown = group.value.replace(/\s+/g, " ");
      const value = element("code", "finding__value", shown.length > 80 ? `${shown.slice(0, 79)}…` : shown);
      label.append(element("span", "visually-hidden", "Mask "), box, value);
      const kind = element("span", "finding__kind", KINDS[group.kind][0]);
      const times = group.marks.length;
      const go = element("button", "finding__go", times > 1 ? `${times}×, line ${line}` : `Line ${line}`);
      go.type = "button";
      go.append(element("span", "visually-hidden", `: show ${shown.slice(0, 80)} in the text`));
      item.append(label, kind, go);
      item.classList.toggle("is-masked", box.checked);
      return item;
    };

    const redraw = () => {
      draw();
      const all = groups();
      const left = all.filter((group) => group.marks.some((mark) => !mark.masked)).length;
      const focused = list.contains(document.activeElement) ? document.activeElement : null;
      const key = focused?.closest("[data-key]")?.dataset.key;
      const was = focused?.tagName;
      const text = area.value;
      let line = 1;
      let counted = 0;
      const rows = all.slice(0, MOST_ROWS).map((group) => {
        const { start } = group.marks[0];
        for (let end; (end = text.indexOf("\n", counted)) >= 0 && end < start; counted = end + 1) line += 1;
        return row(group, line);
      });
      if (all.length > MOST_ROWS) {
        const more = all.length - MOST_ROWS;
        rows.push(element("li", "finding finding--more muted", `and ${more} more; “Mask all” takes them along`));
      }
      list.replaceChildren(...rows);
      if (key) {
        const again = [...list.children].find((item) => item.dataset.key === key);
        again?.querySelector(was === "BUTTON" ? "button" : "input")?.focus({ preventScroll: true });
      }
      section.hidden = false;
      section.classList.toggle("is-empty", !all.length);
      maskAll.hidden = !all.length;
      maskAll.dataset.masks = String(left > 0);
      section.querySelector("[data-mask-all-label]").textContent = left ? "Mask all" : "Show all again";
      const found = left ? `${left} of ${all.length} shown` : `all ${all.length} masked`;
      const said = !all.length ? "Nothing found" : highlighted ? found : `${found}; the text is too long for highlights`;
      if (count.textContent !== said) count.textContent = said;
    };

    const set = (wanted, masked) => {
      const parts = [];
      let done = 0;
      let length = 0;
      const next = marks.map((mark) => {
        const same = mark.masked === masked || !wanted.has(mark);
        const before = area.value.slice(done, mark.start);
        const shown = same ? area.value.slice(mark.start, mark.end) : masked ? placeholder(mark.kind) : mark.value;
        parts.push(before, shown);
        done = mark.end;
        length += before.length + shown.length;
        return { ...mark, masked: same ? mark.masked : masked, start: length - shown.length, end: length };
      });
      parts.push(area.value.slice(done));
      const text = parts.join("");
      if (text === area.value) return;
      own = true;
      layers.type(text);
      own = false;
      marks = next;
      seen = text;
      redraw();
      changed();
      later();
    };

    const look = async () => {
      running?.abort();
      running = new AbortController();
      const text = area.value;
      try {
        const told = await scan(text, running.signal);
        if (area.value !== text || off.signal.aborted) return;
        const fresh = told.findings.map((one) => ({
          ...one,
          value: text.slice(one.start, one.end),
          masked: false,
        }));
        const masked = marks.filter((mark) => mark.masked && text.slice(mark.start, mark.end) === placeholder(mark.kind));
        marks = [...fresh, ...masked].sort((one, other) => one.start - other.start);
        redraw();
      } catch (error) {
        if (error.name === "AbortError") return;
        section.hidden = false;
        count.textContent = error instanceof RangeError ? error.message : "Couldn’t look for sensitive values; check the connection.";
      }
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(look, area.value.length > LARGE ? SCAN_LARGE_AFTER : SCAN_AFTER);
    };

    const follow = () => {
      if (own) return;
      const change = window.rf.editor.difference(seen, area.value);
      const by = change.after - change.before;
      marks = marks
        .filter((mark) => mark.end <= change.start || mark.start >= change.before)
        .map((mark) => (mark.start >= change.before ? { ...mark, start: mark.start + by, end: mark.end + by } : mark));
      seen = area.value;
      draw();
      later();
    };
    area.addEventListener("input", follow, { signal });

    list.addEventListener(
      "change",
      (event) => {
        const key = event.target.closest("[data-key]")?.dataset.key;
        const group = groups().find((one) => one.key === key);
        if (group) set(new Set(group.marks), event.target.checked);
      },
      { signal },
    );
    list.addEventListener(
      "click",
      (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        const key = button.closest("[data-key]").dataset.key;
        const mark = groups().find((one) => one.key === key)?.marks[0];
        if (mark) layers.show(mark);
      },
      { signal },
    );
    maskAll.addEventListener("click", () => set(new Set(marks), maskAll.dataset.masks === "true"), { signal });

    draw();
    look();
    return {
      look,
      /* The text was put in by the page: look at it anew. */
      reset() {
        marks = [];
        seen = area.value;
        draw();
        look();
      },
      stop() {
        off.abort();
        running?.abort();
        clearTimeout(timer);
      },
    };
  };

  window.rf = window.rf ?? {};
  window.rf.findings = { watch, ask, inWords, withFooter, hasPlaceholder };
})();
