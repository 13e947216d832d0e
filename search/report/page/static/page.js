"use strict";
// The charts are drawn already. This hides what is not wanted.
(() => {
  const off = new Set();

  for (const chip of document.querySelectorAll("button.chip")) chip.addEventListener("click", () => {
    const key = chip.dataset.key, hide = !off.has(key);
    hide ? off.add(key) : off.delete(key);
    chip.setAttribute("aria-pressed", !hide);
    for (const e of document.querySelectorAll(".k" + key)) e.classList.toggle("off", hide);
  });

  for (const figure of document.querySelectorAll("figure.curves")) {
    const show = () => {
      for (const view of figure.querySelectorAll(".view"))
        view.classList.toggle("on", view.classList.contains(figure.dataset.view) && view.classList.contains(figure.dataset.stat));
      for (const b of figure.querySelectorAll("[data-set]"))
        b.setAttribute("aria-pressed", figure.dataset[b.dataset.set] === b.dataset.to);
    };
    for (const b of figure.querySelectorAll("[data-set]"))
      b.addEventListener("click", () => { figure.dataset[b.dataset.set] = b.dataset.to; show(); });
    show();
  }
})();
