/* Knows whether the server answers: what could not be sent is retried, in order, when it does. The
   banner #offline says how much waits; [data-health] names the address that is asked. */

const PING = 2500;
const waiting = new Map(); // what to do when it is back, in the order it was asked
let timer = 0;
let isReached = false; // the server responds, and can save nothing
export const connection = {
  lost(what, retry, status = 0) {
    waiting.set(what, retry); // one that waits already keeps its place
    isReached = status >= 500;
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
    if (!navigator.onLine) {
      text.textContent = `You’re offline. ${changes} here and will be sent when the connection is back.`;
    } else if (isReached) {
      text.textContent = `The server can’t save anything just now. ${changes} here and will be sent as soon as it can.`;
    } else text.textContent = `The server can’t be reached. ${changes} here and will be sent when it is back.`;
  },
};

let isSending = false;
async function ping() {
  timer = 0;
  if (!waiting.size || isSending) return;
  isSending = true;
  try {
    const url = document.querySelector("[data-health]").dataset.health;
    isReached = false;
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(4000) });
    isReached = true;
    // 507: files can't be kept just now, but everything else can.
    if (!response.ok && response.status !== 507) throw new Error(String(response.status));
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
