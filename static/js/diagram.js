/* <flow-diagram> zooms and drags a flow's drawing and traces its lines. Without this script the
   drawing stands at 100 % and scrolls. */

import { shortcut } from "./keys.js";

const STEP = 1.25;
const MIN_SCALE = 0.1;
const MAX_SCALE = 2;

const start = (root) => {
  const view = root.querySelector("[data-diagram-view]");
  const svg = view.querySelector("svg");
  const natural = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
  let scale = 1;

  const label = root.querySelector("[data-zoom=full]");
  const zoom = (wanted) => {
    const next = Math.min(MAX_SCALE, Math.max(MIN_SCALE, wanted));
    const centre = {
      x: (view.scrollLeft + view.clientWidth / 2) / scale,
      y: (view.scrollTop + view.clientHeight / 2) / scale,
    };
    scale = next;
    svg.setAttribute("width", natural.width * scale);
    svg.setAttribute("height", natural.height * scale);
    label.textContent = `${Math.round(scale * 100)} %`;
    view.scrollTo(centre.x * scale - view.clientWidth / 2, centre.y * scale - view.clientHeight / 2);
  };
  const fit = () => {
    const most = parseFloat(getComputedStyle(view).maxHeight) || view.clientHeight;
    zoom(Math.min(1, view.clientWidth / natural.width, most / natural.height));
  };
  const acts = {
    in: () => zoom(scale * STEP),
    out: () => zoom(scale / STEP),
    full: () => zoom(1),
    fit,
  };
  const tools = root.querySelector("[data-diagram-zoom]");
  tools.hidden = false;
  tools.addEventListener("click", (event) => acts[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
  const keys = { "+": "in", "=": "in", "-": "out", 0: "full" };
  view.addEventListener("keydown", (event) => {
    const act = keys[shortcut(event)];
    if (!act) return;
    event.preventDefault();
    acts[act]();
  });

  /* The first step stands level with the middle of what follows, often far down. */
  const first = svg.querySelector("[data-number='1']");
  if (first) {
    const box = first.getBoundingClientRect();
    const frame = view.getBoundingClientRect();
    view.scrollTop += box.top - frame.top - 48;
  }

  /* A mouse drags the drawing; a finger scrolls it as any other box. */
  let grip = null;
  let dragged = false;
  view.classList.add("is-draggable");
  view.addEventListener("pointerdown", (event) => {
    const onScrollbar =
      event.target === view && (event.offsetX > view.clientWidth || event.offsetY > view.clientHeight);
    dragged = false;
    if (event.pointerType !== "mouse" || event.button !== 0 || onScrollbar) return;
    grip = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
  });
  window.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [x, y] = [event.clientX - grip.x, event.clientY - grip.y];
    if (!dragged && Math.hypot(x, y) < 4) return;
    dragged = true;
    view.classList.add("is-dragged");
    view.scrollTo(grip.left - x, grip.top - y);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, () => {
      grip = null;
      view.classList.remove("is-dragged");
    });
  }
  view.addEventListener("dragstart", (event) => event.preventDefault());
  view.addEventListener(
    "click",
    (event) => {
      if (!dragged) return;
      event.preventDefault();
      event.stopPropagation();
      dragged = false;
    },
    true,
  );

  /* The box under the pointer or the focus shows which lines are its own. */
  const edges = [...svg.querySelectorAll("[data-from]")];
  const trace = (box) => {
    const number = box?.dataset.number;
    svg.classList.toggle("has-traced", Boolean(number));
    for (const edge of edges) {
      const own = Boolean(number) && (edge.dataset.from === number || edge.dataset.to === number);
      edge.classList.toggle("is-traced", own);
    }
  };
  svg.addEventListener("pointerover", (event) => trace(event.target.closest("[data-number]")));
  svg.addEventListener("pointerleave", () => trace(null));
  svg.addEventListener("focusin", (event) => trace(event.target.closest("[data-number]")));
  svg.addEventListener("focusout", () => trace(null));
};

class FlowDiagram extends HTMLElement {
  connectedCallback() {
    start(this);
  }
}
customElements.define("flow-diagram", FlowDiagram);
