/* The queue: the row under the cursor is shown beside the list. Moving by J and K, by Tab or by mouse is the same. */
(() => {
  "use strict";
  const REST = 150;
  let timer = 0;
  let shown = "";

  const look = (row) => {
    const link = row.querySelector("td a");
    const place = document.getElementById("quick");
    if (!link || !place || !window.htmx || link.href === shown) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      shown = link.href;
      window.htmx.ajax("GET", link.pathname.replace("/desk/cases/", "/desk/quick/"), { target: "#quick", swap: "outerHTML" });
    }, REST);
  };
  const choose = (row) => {
    row.parentElement.querySelectorAll("tr.cur").forEach((other) => other !== row && other.classList.remove("cur"));
    row.classList.add("cur");
    look(row);
  };
  const rowOf = (target) => target.closest && target.closest("[data-rows] tbody tr");

  document.addEventListener("portal:row", (event) => look(event.target));
  document.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row) choose(row);
  });
  document.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    if (row && !event.target.closest("a, input, button")) choose(row);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "desk-list") shown = "";
  });
})();
