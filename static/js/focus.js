/* Where the keyboard stands after a change of the page, and what is said about it. */
(() => {
  "use strict";
  const first = (root) => root.querySelector(".errsum") || root.querySelector("[data-focus]");

  const settle = (root) => {
    const target = first(root);
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus();
  };

  document.addEventListener("DOMContentLoaded", () => settle(document));
  document.addEventListener("htmx:afterSettle", (event) => settle(event.detail.elt));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const target = event.detail.target;
    if (target) target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const target = event.detail.target;
    if (target) target.removeAttribute("aria-busy");
  });
  const say = (words) => {
    const live = document.getElementById("live");
    if (live) live.textContent = words;
  };
  document.addEventListener("htmx:sendError", () => say("网络没有连上，刚才的操作没有送出。连上后再试一次。"));
  document.addEventListener("portal:say", (event) => say(event.detail));
})();
