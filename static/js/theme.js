/* Loaded in the head without `defer`: the stored theme and sidebar must stand before the first
   paint. Storage may be closed to us (private windows, policies); the page then follows the system. */
(() => {
  "use strict";
  const root = document.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      /* the choice holds for this page */
    }
  };

  const themes = ["light", "dark", "auto"];
  const show = (theme) => {
    root.dataset.theme = themes.includes(theme) ? theme : "auto";
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === root.dataset.theme));
    }
  };
  show(read("theme"));
  const sidebar = read("sidebar");
  if (sidebar === "icons" || sidebar === "wide") root.dataset.sidebar = sidebar;

  document.addEventListener("DOMContentLoaded", () => show(root.dataset.theme));
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-set-theme]");
    if (choice) {
      write("theme", choice.dataset.setTheme);
      show(choice.dataset.setTheme);
    }
    if (event.target.closest("[data-toggle-sidebar]")) {
      const bar = document.getElementById("sidebar");
      const next = bar && bar.offsetWidth > 120 ? "icons" : "wide";
      root.dataset.sidebar = next;
      write("sidebar", next);
    }
  });
  window.addEventListener("storage", (event) => {
    if (event.key === "theme") show(event.newValue);
  });
})();
