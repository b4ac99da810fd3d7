/* Small helps for forms; each form also works without them. */
(() => {
  "use strict";

  /* Characters written: <span data-counts="id" data-max="1000">. */
  const count = (area) => {
    const note = document.querySelector(`[data-counts="${area.id}"]`);
    if (!note) return;
    const written = Array.from(area.value.trim()).length;
    note.textContent = `已写 ${written} 字` + (note.dataset.max ? `，最多 ${note.dataset.max} 字` : "");
  };
  document.addEventListener("input", (event) => event.target.id && count(event.target));

  /* One click, one submission: a second press while the first is under way does nothing. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.matches("[hx-post], [hx-get], [data-repeat], [data-upload]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  /* Rows chosen in a table: <form data-bulk> with a checkbox in each row, one [data-all] and a .bulk bar. */
  const chosen = (form) => form.querySelectorAll("tbody [type=checkbox]:checked").length;
  const showBulk = (form) => {
    const bar = form.querySelector(".bulk");
    const total = chosen(form);
    form.querySelectorAll("tbody [type=checkbox]").forEach((box) => {
      const row = box.closest("tr");
      if (row) row.classList.toggle("sel", box.checked);
    });
    if (!bar) return;
    bar.hidden = total === 0;
    const words = bar.querySelector("[data-chosen]");
    if (words) words.textContent = `已选 ${total} 件`;
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-all]")) {
      form.querySelectorAll("tbody [type=checkbox]").forEach((box) => (box.checked = event.target.checked));
    }
    showBulk(form);
  });
  document.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-unchoose]");
    if (!clear) return;
    const form = clear.closest("form[data-bulk]");
    form.querySelectorAll("tbody [type=checkbox], [data-all]").forEach((box) => (box.checked = false));
    showBulk(form);
  });
  const start = () => document.querySelectorAll("form[data-bulk]").forEach(showBulk);
  document.addEventListener("DOMContentLoaded", () => {
    start();
    document.querySelectorAll("textarea[id]").forEach(count);
  });
  document.addEventListener("htmx:afterSettle", start);

  /* Copy this page's address, print: buttons that only mean something with a script show up with it. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-print]")) window.print();
    else navigator.clipboard.writeText(button.dataset.copy || location.href).then(
      () => document.dispatchEvent(new CustomEvent("portal:say", { detail: "已复制。" })),
      () => window.prompt("请复制：", button.dataset.copy || location.href),
    );
  });

  /* Large type at once, without a reload; the form does the same without a script. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-bigtext]")) return;
    event.preventDefault();
    const big = document.documentElement.classList.toggle("big");
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `big_text=${big ? 1 : 0}; path=/; max-age=31536000; samesite=lax${secure}`;
    document.querySelectorAll("[data-bigtext] button").forEach((b) => b.setAttribute("aria-pressed", String(big)));
    delete form.dataset.sent;
  });
})();
