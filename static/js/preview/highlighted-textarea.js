/* Draws a text box in two layers, the box and under it the same text with its marks; and makes the
   edits that the page itself makes there, which undo takes back like typing. */

/* A larger text is masked and listed, not highlighted: a second copy of it would be slow. */
const MAX_HIGHLIGHTED = 250_000;
const MAX_MARKS = 3_000;
/* Characters to a block of whole lines: an edit lays out its own block anew, not all of them. */
const BLOCK = 4_000;
/* Typing for the user takes the browser quadratic time in the length of what it replaces. */
const MAX_TYPED = 4_000;
const MAX_STEPS = 10;

export const difference = (before, after) => {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { start, before: before.length - tail, after: after.length - tail };
};

const blocksOf = (text, from, to) => {
  const ends = [];
  for (let at = from; at < to; ) {
    const line = text.indexOf("\n", at + BLOCK);
    at = line < 0 || line >= to ? to : line + 1;
    ends.push(at);
  }
  return ends;
};

export const attach = (area, backdrop, signal) => {
  let drawn = [];
  const tail = document.createElement("div");
  tail.textContent = " ";

  const key = (text, pieces) =>
    `${pieces.map(({ start, end, masked }) => `${start}-${end}${masked ? "m" : ""}`).join()} ${text}`;
  const element = (text, pieces) => {
    const made = document.createElement("div");
    let done = 0;
    for (const piece of pieces) {
      const shown = document.createElement("mark");
      shown.className = piece.masked ? "is-masked" : "";
      shown.textContent = text.slice(piece.start, piece.end);
      if (piece.description) shown.dataset.why = piece.description;
      made.append(text.slice(done, piece.start), shown);
      done = piece.end;
    }
    made.append(text.slice(done));
    return made;
  };

  const draw = (marks) => {
    const text = area.value;
    if (text.length > MAX_HIGHLIGHTED || marks.length > MAX_MARKS) {
      drawn = [];
      backdrop.replaceChildren();
      return false;
    }
    /* The blocks that an edit left alone keep their places from the start and from the end. */
    let first = 0;
    let from = 0;
    const keeps = (block) =>
      text.startsWith(block.text, from) && (block.text.endsWith("\n") || from + block.text.length === text.length);
    while (first < drawn.length && keeps(drawn[first])) from += drawn[first++].text.length;
    let last = drawn.length;
    let to = text.length;
    while (last > first && to - drawn[last - 1].text.length >= from && text.endsWith(drawn[last - 1].text, to)) {
      to -= drawn[--last].text.length;
    }
    /* A block ends with its line; what is left over between two blocks may not. */
    if (to > from && to < text.length && text[to - 1] !== "\n") to += drawn[last++].text.length;
    const ends = [];
    let at = 0;
    for (const block of drawn.slice(0, first)) {
      at += block.text.length;
      ends.push(at);
    }
    ends.push(...blocksOf(text, from, to));
    at = to;
    for (const block of drawn.slice(last)) {
      at += block.text.length;
      ends.push(at);
    }

    const old = new Map(drawn.map((block) => [block.key, block]));
    let next = 0;
    let start = 0;
    drawn = ends.map((end) => {
      const pieces = [];
      while (next < marks.length && marks[next].start < end) {
        const mark = marks[next];
        if (mark.end > start) {
          pieces.push({
            start: Math.max(mark.start, start) - start,
            end: Math.min(mark.end, end) - start,
            masked: mark.masked,
            description: mark.description,
          });
        }
        if (mark.end > end) break; // it goes on in the next block
        next += 1;
      }
      const part = text.slice(start, end);
      start = end;
      const wanted = key(part, pieces);
      const kept = old.get(wanted);
      if (kept) old.delete(wanted);
      return kept ?? { text: part, key: wanted, shown: element(part, pieces) };
    });
    const shown = [...drawn.map((block) => block.shown), tail];
    const children = new Set(shown);
    for (const child of [...backdrop.childNodes]) if (!children.has(child)) child.remove();
    shown.forEach((child, at) => {
      if (backdrop.childNodes[at] !== child) backdrop.insertBefore(child, backdrop.childNodes[at] ?? null);
    });
    backdrop.scrollTop = area.scrollTop;
    return true;
  };

  /* Select a stretch of the text and bring it to the upper third. */
  const show = ({ start, end }) => {
    area.focus({ preventScroll: true });
    area.setSelectionRange(start, end);
    let at = 0;
    for (const block of drawn) {
      if (start < at + block.text.length) {
        const range = document.createRange();
        const walker = document.createTreeWalker(block.shown, NodeFilter.SHOW_TEXT);
        let node = walker.nextNode();
        for (at = start - at; node && at >= node.length; node = walker.nextNode()) at -= node.length;
        if (!node) return;
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const top = range.getBoundingClientRect().top - backdrop.getBoundingClientRect().top + backdrop.scrollTop;
        area.scrollTop = top - area.clientHeight / 3;
        return;
      }
      at += block.text.length;
    }
    /* Without a second layer only the browser knows where the line is: it looks when focused. */
    area.blur();
    area.focus();
  };

  /* -- edits by the page ---------------------------------------------------------------------- */

  const done = [];
  const undone = [];
  const put = (text) => {
    const { scrollTop } = area;
    const at = difference(area.value, text).start;
    area.value = text;
    area.setSelectionRange(at, at);
    area.scrollTop = scrollTop;
  };
  const type = (text) => {
    const before = area.value;
    const change = difference(before, text);
    const focused = document.activeElement;
    const { scrollTop } = area;
    if (Math.max(change.before, change.after) - change.start <= MAX_TYPED) {
      area.focus({ preventScroll: true });
      area.setSelectionRange(change.start, change.before);
      const piece = text.slice(change.start, change.after);
      document.execCommand(piece ? "insertText" : "delete", false, piece);
    }
    if (area.value !== text) {
      put(text);
      done.push({ before, after: text });
      if (done.length > MAX_STEPS) done.shift();
      undone.length = 0;
    }
    area.setSelectionRange(change.start, change.start);
    area.scrollTop = scrollTop;
    focused?.focus({ preventScroll: true });
  };
  area.addEventListener(
    "keydown",
    (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const pressed = event.key.toLowerCase();
      const again = pressed === "y" || (pressed === "z" && event.shiftKey);
      if (!again && pressed !== "z") return;
      const [from, to] = again ? [undone, done] : [done, undone];
      const step = from.at(-1);
      if (!step || area.value !== (again ? step.before : step.after)) return;
      event.preventDefault();
      to.push(from.pop());
      put(again ? step.after : step.before);
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    { signal },
  );
  const follow = () => {
    backdrop.scrollTop = area.scrollTop;
  };
  area.addEventListener("scroll", follow, { signal, passive: true });

  return { draw, show, type };
};
