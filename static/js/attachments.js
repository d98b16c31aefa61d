/* <step-attachments> attaches files to a step: pasted, dropped or chosen, sent at once and one after
   the other. What can't be sent now waits in this page and goes when the server is back. */

import { connection } from "./connection.js";
import { writeHeaders } from "./signed-in.js";

const area = () => document.getElementById("step-files");
const PAUSE = 20_000;
const queue = [];
let sending = false;
let tries = 0;

const say = (text) => {
  const state = area()?.querySelector("[data-files-state]");
  if (state) state.textContent = text;
};
const complain = (text) => {
  const error = area()?.querySelector("[data-files-error]");
  if (!error) return;
  error.hidden = !text;
  error.textContent = text;
};

/* A pasted picture is always called image.png; when it was taken tells more. */
const nameOf = (file) => {
  if (file.name && file.name !== "image.png") return file.name;
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `screenshot-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}.png`;
};

const take = (files) => {
  const there = area();
  if (!there || !there.dataset.node) return;
  complain("");
  const most = Number(there.dataset.maxMb) * 1024 * 1024;
  for (const file of files) {
    if (file.size > most) {
      const size = (file.size / 1024 / 1024).toFixed(1);
      complain(
        `${file.name || "The file"} has ${size} MB; ${there.dataset.maxMb} MB fit. Shrink it, or keep it in the ticket.`,
      );
      continue;
    }
    queue.push({
      file,
      name: nameOf(file),
      url: there.dataset.files,
      position: there.dataset.position,
      node: there.dataset.node,
    });
  }
  next();
};

const next = () => {
  if (sending || !queue.length) return;
  sending = true;
  const job = queue[0];
  const body = new FormData();
  body.append("position", job.position);
  body.append("node_id", job.node);
  body.append("file", job.file, job.name);
  const request = new XMLHttpRequest();
  request.open("POST", job.url);
  request.setRequestHeader("HX-Request", "true");
  for (const [name, value] of Object.entries(writeHeaders())) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    say(`Sending ${job.name}: ${Math.floor((event.loaded / event.total) * 100)} %`);
  });
  request.addEventListener("load", () => {
    if (request.status >= 500 && reason(request)) postpone(job, request);
    else if (request.status >= 500 || request.status === 401) wait(job);
    else settle(job, request);
  });
  request.addEventListener("error", () => wait(job));
  say(`Sending ${job.name}…`);
  request.send(body);
};

const wait = (job) => {
  sending = false;
  tries += 1;
  say(`${job.name} waits here and is sent when the server can be reached and you are signed in.`);
  connection.lost(`file ${tries}`, next);
};

/* The server can't store files, but everything else: it is soon enough to try now and then. */
const postpone = (job, request) => {
  sending = false;
  say(`${job.name} waits here and is tried again while this page is open.`);
  complain(reason(request));
  setTimeout(next, PAUSE);
};

const settle = (job, request) => {
  sending = false;
  queue.shift();
  const type = request.getResponseHeader("Content-Type") ?? "";
  const there = area();
  const isHere = there?.dataset.position === job.position && there.dataset.node === job.node;
  if (request.status === 200 && type.startsWith("text/html")) {
    if (isHere) swap(there, request.responseText);
    else say(`${job.name} is attached to step ${job.position}.`);
    announce(`${job.name} is attached.`);
  } else if (request.status === 422 && type.startsWith("text/html") && isHere) {
    swap(there, request.responseText);
  } else {
    say("");
    complain(`${job.name} is not attached. ${reason(request) || "Reload the page and try again."}`);
  }
  next();
};

const reason = (request) => {
  try {
    const reply = JSON.parse(request.responseText);
    return reply.message ?? reply.detail ?? "";
  } catch {
    return "";
  }
};

const swap = (old, html) => {
  const part = new DOMParser().parseFromString(html, "text/html").getElementById("step-files");
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(part);
  window.htmx.process(part);
  if (hadFocus) part.querySelector("input[type=file]").focus();
};

const announce = (text) => {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
};

document.addEventListener("change", (event) => {
  if (!event.target.matches("#step-files input[type=file]")) return;
  take([...event.target.files]);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !area() || document.querySelector("dialog[open]")) return;
  // Cells of a sheet come as text and as a picture: into a text field goes the text.
  const intoText = event.target.closest?.("textarea, input");
  if (intoText && event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  take(files);
});
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // a file that misses the step must not replace the page
  area()?.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) area()?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  area()?.classList.remove("is-over");
  take([...event.dataTransfer.files]);
});
window.addEventListener("beforeunload", (event) => {
  if (queue.length) event.preventDefault();
});

/* No other 403 is swapped in: this one says why one may not, with the text to copy. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.getResponseHeader("X-Not-Permitted")) event.detail.shouldSwap = true;
});

class StepAttachments extends HTMLElement {
  connectedCallback() {
    for (const part of this.querySelectorAll("[data-files-script]")) part.hidden = false;
    // Files go by their own request; the step's form and its autosave carry text alone.
    this.querySelector("input[type=file]").removeAttribute("name");
  }
}
customElements.define("step-attachments", StepAttachments);
