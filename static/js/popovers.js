/* Opens popovers at the button that was pressed, on the platform's own `popover`: one at a time,
   closed by Escape and by a click outside. CSS places them by anchor positioning, or this script
   where a browser has none of it. */

const known = "popover" in HTMLElement.prototype;
const anchors = CSS.supports("anchor-name", "--a") && CSS.supports("position-area", "block-end");
const GAP = 6;
const EDGE = 8;
let shown = null; // the popover
let opener = null; // its button
let pressed = null; // a button that was pressed while its own popover was open

const place = () => {
  if (!shown || !opener?.isConnected) return;
  const at = opener.getBoundingClientRect();
  const width = shown.offsetWidth;
  const height = shown.offsetHeight;
  const left = Math.min(at.left + at.width / 2 - width / 2, innerWidth - EDGE - width);
  const below = at.bottom + GAP;
  const above = at.top - GAP - height;
  const top = below + height <= innerHeight - EDGE || above < EDGE ? below : above;
  shown.style.left = `${Math.max(EDGE, left)}px`;
  shown.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - EDGE - height))}px`;
};

const mark = (button) => {
  if (opener && opener !== button) {
    opener.removeAttribute("data-anchor");
    opener.setAttribute("aria-expanded", "false");
  }
  opener = button;
  button?.setAttribute("data-anchor", "");
  button?.setAttribute("aria-expanded", "true");
  if (shown && !anchors) place();
};

const closed = (event) => {
  const popover = event.target;
  if (event.newState !== "closed" || popover !== shown) return;
  const button = opener;
  mark(null);
  shown = null;
  // The focus goes back to the button, unless a click outside took it to another control.
  requestAnimationFrame(() => {
    const at = document.activeElement;
    const isFree = !at || at === document.body || popover.contains(at) || at.matches("[tabindex='-1']");
    if (isFree && !shown && button?.isConnected) button.focus({ preventScroll: true });
  });
};

const open = (popover, button, focus) => {
  if (popover.dataset.watched === undefined) {
    popover.dataset.watched = "";
    popover.classList.toggle("is-placed", !anchors);
    popover.addEventListener("beforetoggle", closed);
  }
  if (popover.matches(":popover-open")) popover.hidePopover();
  mark(button);
  shown = popover;
  popover.showPopover({ source: button });
  if (!anchors) place();
  focus?.focus();
};

/* Links that open something in place act and are named as the buttons that they are. */
const asButtons = (root, selector, says) => {
  for (const link of root.querySelectorAll(selector)) {
    link.setAttribute("role", "button");
    for (const [name, value] of Object.entries(says)) link.setAttribute(name, value);
  }
};
const plainClick = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

document.addEventListener(
  "pointerdown",
  (event) => {
    pressed = shown && opener?.contains(event.target) ? opener : null;
  },
  true,
);
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches?.("a[role=button]")) return;
  event.preventDefault();
  event.target.click();
});
addEventListener("scroll", () => !anchors && place(), { passive: true, capture: true });
addEventListener("resize", () => !anchors && place());

/** Whether this click on `button` is to close what stands open there. */
const closes = (button) => {
  const was = pressed === button || (shown && opener === button);
  pressed = null;
  if (was) shown?.hidePopover();
  return was;
};

/** The open popover belongs to `button` from now on: its own was replaced. */
const moveTo = mark;

export const popovers = { known, open, asButtons, plainClick, closes, moveTo };
