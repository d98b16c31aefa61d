/* Keeps a batch up to date, counts what is chosen, and counts targets while they are typed. */

/* While somebody looks and something is open, the changing part asks again every five seconds. */
const EVERY = 5000;

class BatchProgress extends HTMLElement {
  connectedCallback() {
    if (!this.hasAttribute("data-poll")) return;
    this.off = new AbortController();
    this.timer = setInterval(() => this.poll(), EVERY);
    const { signal } = this.off;
    document.addEventListener("visibilitychange", () => this.poll(), { signal });
    // Nobody need be there for it: it doesn't put off signing out.
    const mark = ({ detail }) => {
      if (detail.triggeringEvent?.type === "poll-batch") detail.headers["X-Background"] = "1";
    };
    this.addEventListener("htmx:configRequest", mark, { signal });
  }
  disconnectedCallback() {
    clearInterval(this.timer);
    this.off?.abort();
  }
  poll() {
    if (document.visibilityState !== "visible" || this.classList.contains("htmx-request")) return;
    window.htmx.trigger(this, "poll-batch");
  }
}
customElements.define("batch-progress", BatchProgress);

const many = (count) => `${count} target${count === 1 ? "" : "s"}`;

const form = document.querySelector(".batch-answer form");
if (form) {
  const boxes = [...form.querySelectorAll("input[name=target]")];
  const picked = form.querySelector("[data-picked]");
  const count = () => {
    picked.textContent = many(boxes.filter((box) => box.checked).length);
  };
  const all = (checked) => () => {
    for (const box of boxes) box.checked = checked;
    count();
  };
  form.querySelector("[data-pick]").hidden = false;
  form.querySelector("[data-pick-all]").addEventListener("click", all(true));
  form.querySelector("[data-pick-none]").addEventListener("click", all(false));
  form.addEventListener("change", count);
  window.addEventListener("pageshow", count);
  count();
}

const typed = document.querySelector("[data-count-lines]");
if (typed) {
  const shown = document.getElementById(typed.dataset.countLines);
  const most = Number(typed.dataset.most);
  const count = () => {
    const lines = typed.value.split("\n").map((line) => line.trim().replace(/\s+/g, " ").toLowerCase());
    const filled = lines.filter(Boolean);
    const unique = new Set(filled).size;
    const duplicates = filled.length - unique;
    const text = [];
    if (filled.length) text.push(many(unique));
    if (duplicates) text.push(`${duplicates} duplicate${duplicates === 1 ? "" : "s"} left out`);
    if (unique > most) text.push(`${unique - most} too many`);
    shown.textContent = text.join(", ");
    shown.toggleAttribute("data-over", unique > most);
  };
  typed.addEventListener("input", count);
  window.addEventListener("pageshow", count);
  count();
}
