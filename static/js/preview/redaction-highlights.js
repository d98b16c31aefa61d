/* Shows what is likely sensitive in the preview's text: as highlights under it and as a list, one line
   per value, with a toggle each. A toggle masks its value in the text itself, so that what is seen is
   what is copied. */

import { choices } from "../storage.js";
import { attach, difference } from "./highlighted-textarea.js";
import { kinds, placeholder } from "./redaction.js";

const SCAN_AFTER = 350;
/* Looking through a large text costs the server: it is asked when typing has stopped for good. */
const LARGE = 500_000;
const SCAN_LARGE_AFTER = 1500;
const MAX_ROWS = 150;
const SWITCH = "rf:choice:highlights";

const capitalized = (words) => words[0].toUpperCase() + words.slice(1);

/* Watch one editor. `scan(text, signal)` returns what `redact` does; `changed()` is called after edits
   made here. */
export const watchFindings = (root, area, { scan, changed }) => {
  const section = root.querySelector("[data-findings]");
  const list = section.querySelector("[data-findings-list]");
  const count = section.querySelector("[data-findings-count]");
  const why = section.querySelector("[data-findings-why]");
  const maskAll = section.querySelector("[data-mask-all]");
  const off = new AbortController();
  const { signal } = off;
  /* Off, nothing is looked for: "Copy redacted" and masking don't depend on it. */
  const highlights = section.querySelector("[data-findings-switch]");
  highlights.checked = choices.recall(SWITCH) !== "off";
  const layers = attach(area, root.querySelector("[data-backdrop]"), signal);
  let marks = [];
  let highlighted = true;
  let seen = area.value;
  let own = false;
  let timer;
  let running;

  const draw = () => {
    highlighted = layers.draw(highlights.checked ? marks : []);
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
    const kind = element("span", "finding__kind", capitalized(kinds()[group.kind].singular));
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
    const rows = all.slice(0, MAX_ROWS).map((group) => {
      const { start } = group.marks[0];
      for (let end = text.indexOf("\n", counted); end >= 0 && end < start; end = text.indexOf("\n", counted)) {
        counted = end + 1;
        line += 1;
      }
      return row(group, line);
    });
    if (all.length > MAX_ROWS) {
      const more = all.length - MAX_ROWS;
      rows.push(element("li", "finding finding--more muted", `and ${more} more; “Mask all” takes them along`));
    }
    list.replaceChildren(...rows);
    if (key) {
      const again = [...list.children].find((item) => item.dataset.key === key);
      again?.querySelector(was === "BUTTON" ? "button" : "input")?.focus({ preventScroll: true });
    }
    section.hidden = false;
    section.classList.toggle("is-off", !highlights.checked);
    section.classList.toggle("is-empty", !all.length);
    maskAll.hidden = !all.length || !highlights.checked;
    maskAll.dataset.masks = String(left > 0);
    section.querySelector("[data-mask-all-label]").textContent = left ? "Mask all" : "Show all again";
    const found = left ? `${left} of ${all.length} shown` : `all ${all.length} masked`;
    if (!highlights.checked) {
      count.textContent = "";
      return;
    }
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
    if (!highlights.checked) {
      redraw();
      return;
    }
    running = new AbortController();
    const text = area.value;
    try {
      const redacted = await scan(text, running.signal);
      if (area.value !== text || off.signal.aborted) return;
      const fresh = redacted.findings.map((one) => ({
        ...one,
        value: text.slice(one.start, one.end),
        description: redacted.rules[one.rule],
        masked: false,
      }));
      const masked = marks.filter((mark) => mark.masked && text.slice(mark.start, mark.end) === placeholder(mark.kind));
      marks = [...fresh, ...masked].sort((one, other) => one.start - other.start);
      redraw();
    } catch (error) {
      if (error.name === "AbortError") return;
      section.hidden = false;
      count.textContent =
        error instanceof RangeError ? error.message : "Couldn’t look for sensitive values; check the connection.";
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, area.value.length > LARGE ? SCAN_LARGE_AFTER : SCAN_AFTER);
  };

  const follow = () => {
    if (own) return;
    const change = difference(seen, area.value);
    const by = change.after - change.before;
    marks = marks
      .filter((mark) => mark.end <= change.start || mark.start >= change.before)
      .map((mark) => (mark.start >= change.before ? { ...mark, start: mark.start + by, end: mark.end + by } : mark));
    seen = area.value;
    draw();
    later();
  };
  area.addEventListener("input", follow, { signal });

  /* Why something is marked: for the pointer above it or its line, and for the focus in them. */
  const explain = (mark) => {
    const text = mark?.description ?? "";
    if (why.textContent !== text) why.textContent = text;
  };
  const explainRow = (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    explain(groups().find((one) => one.key === key)?.marks[0]);
  };
  list.addEventListener("pointerover", explainRow, { signal });
  list.addEventListener("focusin", explainRow, { signal });
  area.addEventListener(
    "mousemove",
    (event) => {
      const under = document.elementsFromPoint(event.clientX, event.clientY);
      const text = under.find((one) => one.matches("mark[data-why]"))?.dataset.why ?? "";
      if (area.title !== text) area.title = text;
    },
    { signal, passive: true },
  );
  document.addEventListener(
    "selectionchange",
    () => {
      if (document.activeElement !== area) return;
      const at = area.selectionStart;
      explain(marks.find((mark) => mark.start <= at && at <= mark.end));
    },
    { signal },
  );

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
  highlights.addEventListener(
    "change",
    () => {
      choices.remember(SWITCH, highlights.checked ? "on" : "off");
      look();
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
