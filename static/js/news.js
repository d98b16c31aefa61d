/* A session that is handed to whoever looks at a page stands there within ten seconds. A page that is
   seen asks for it with one small request that changes nothing; a hidden one asks when it is seen
   again. Signed out or offline, it asks rarely and says nothing. */

const page = document.body.dataset;
const EVERY = Number(page.newsSeconds) * 1_000;
const RARELY = 60_000;
const shown = new Set();
let after = page.newsAfter;
let timer = 0;
let isAsking = false;

const show = (html) => {
  const place = document.getElementById("toasts");
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = [...template.content.querySelectorAll("[data-news]")].filter((one) => !shown.has(one.dataset.news));
  if (!place || !fresh.length) return;
  for (const one of fresh) {
    shown.add(one.dataset.news);
    place.append(one);
  }
  document.body.dispatchEvent(new CustomEvent("sessions-changed"));
};

const ask = async () => {
  clearTimeout(timer);
  if (document.hidden || isAsking) return;
  isAsking = true;
  let wait = RARELY;
  try {
    const response = await fetch(`${page.news}?after=${encodeURIComponent(after)}`, {
      headers: { "X-Background": "yes" },
      redirect: "manual", // signed out: the way to the sign-in page
      cache: "no-store",
    });
    // Somebody else may be signed in in this browser by now.
    if (response.ok && response.headers.get("X-News-User") === page.user) {
      wait = EVERY;
      after = response.headers.get("X-News-After");
      if (response.status === 200) show(await response.text());
    }
  } catch {
    // offline
  }
  isAsking = false;
  if (!document.hidden) timer = setTimeout(ask, wait);
};

if (page.news) {
  timer = setTimeout(ask, EVERY);
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden) ask();
  });
}
