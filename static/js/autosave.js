/* <form data-autosave="/address/"> saves what is typed after 800 ms of rest, and says when it was saved.
   Nothing is kept in the browser: drafts hold enterprise data and the machine may be shared. The form's
   own button saves the same without this script. */
(() => {
  "use strict";
  const REST = 800;

  const watch = (form) => {
    if (form.dataset.watched) return;
    form.dataset.watched = "1";
    const note = document.querySelector(form.dataset.autosaveNote || "[data-saved]");
    let timer = 0;
    let unsaved = false;
    let composing = false;
    let under = null;
    const tell = (words, bad) => {
      if (!note) return;
      note.textContent = words;
      note.classList.toggle("red", Boolean(bad));
    };

    const send = async () => {
      unsaved = false;
      const body = new FormData(form);
      for (const [name, value] of Array.from(body.entries())) if (value instanceof File) body.delete(name);
      try {
        const answer = await fetch(form.dataset.autosave || form.action, {
          method: "POST", body, credentials: "same-origin", headers: { "X-Autosave": "1", Accept: "application/json" },
        });
        if (answer.redirected || answer.status === 403) throw new Error("登录已过期，还没有保存。请在新标签页登录后继续。");
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(told.message || "还没有保存，请检查填写的内容。");
        if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
        const now = new Date();
        const two = (n) => String(n).padStart(2, "0");
        tell(told.saved || `${two(now.getHours())}:${two(now.getMinutes())} 已自动保存`);
      } catch (error) {
        unsaved = true;
        tell(error instanceof TypeError ? "网络没有连上，还没有保存。" : error.message, true);
      } finally {
        under = null;
      }
    };
    const save = () => {
      if (under || composing) timer = setTimeout(save, REST);
      else under = send();
    };
    const touched = (event) => {
      if (event.target.type === "file") return;
      unsaved = true;
      clearTimeout(timer);
      timer = setTimeout(save, REST);
    };
    form.addEventListener("compositionstart", () => (composing = true));
    form.addEventListener("compositionend", () => (composing = false));
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      unsaved = false;
      if (!under) return;
      /* The saving under way changes the version: sent beside it, the form would conflict with itself. */
      event.preventDefault();
      event.stopPropagation();
      under.then(() => form.requestSubmit(event.submitter));
    });
    window.addEventListener("beforeunload", (event) => {
      if (!unsaved) return;
      event.preventDefault();
      event.returnValue = "";
    });
  };
  const start = () => document.querySelectorAll("form[data-autosave]").forEach(watch);
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
})();
