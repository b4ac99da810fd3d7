/* Single-key shortcuts. A control names its key: data-key="J". The key clicks or focuses the control, so
   every shortcut has a visible counterpart. Silent in inputs, while an input method is composing, and when
   switched off (WCAG 2.1.4). */
(() => {
  "use strict";
  const OFF = "shortcuts-off";
  const off = () => {
    try {
      return localStorage.getItem(OFF) === "1";
    } catch {
      return false;
    }
  };
  const typing = (element) =>
    element && (element.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) &&
      !/^(checkbox|radio|button|submit)$/.test(element.type)));
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

  const press = (element) => {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && !/^(checkbox|radio)$/.test(element.type)) {
      element.focus();
      if (element.select) element.select();
    } else element.click();
  };

  /* Rows: J and K move the current row, Enter opens its first link, X chooses it. */
  const rows = () => Array.from(document.querySelectorAll("[data-rows] tbody tr")).filter(visible);
  const current = () => rows().findIndex((row) => row.classList.contains("cur"));
  const move = (step) => {
    const all = rows();
    if (!all.length) return false;
    const at = current();
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    all.forEach((row) => row.classList.toggle("cur", row === next));
    const link = next.querySelector("a");
    if (link) link.focus();
    next.scrollIntoView({ block: "nearest" });
    next.dispatchEvent(new CustomEvent("portal:row", { bubbles: true }));
    return true;
  };
  const onRow = (selector) => {
    const row = rows()[current()];
    const target = row && row.querySelector(selector);
    if (target) target.click();
    return Boolean(target);
  };
  const ROW_KEYS = { j: () => move(1), k: () => move(-1), x: () => onRow("[type=checkbox]") };

  const help = () => {
    const dialog = document.getElementById("shortcuts");
    if (!dialog || !dialog.showModal || dialog.open) return;
    const table = dialog.querySelector("[data-keytable]");
    table.querySelectorAll("[data-found]").forEach((item) => item.remove());
    const seen = new Set(["/", "?"]);
    const line = (key, words) => {
      const dt = document.createElement("dt");
      const kbd = document.createElement("kbd");
      const dd = document.createElement("dd");
      kbd.textContent = key;
      dd.textContent = words;
      dt.append(kbd);
      [dt, dd].forEach((item) => item.setAttribute("data-found", ""));
      table.append(dt, dd);
    };
    if (document.querySelector("[data-rows]")) [["J K", "上下移动"], ["X", "选择这一行"], ["Enter", "打开"]].forEach((l) => line(...l));
    document.querySelectorAll("[data-key]").forEach((element) => {
      if (seen.has(element.dataset.key)) return;
      seen.add(element.dataset.key);
      line(element.dataset.key, element.dataset.keyName || element.getAttribute("aria-label") || element.textContent.trim());
    });
    dialog.querySelector("[data-shortcuts-off]").checked = off();
    dialog.showModal();
  };

  const named = (event) => {
    const name = (event.ctrlKey ? "Ctrl+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    return Array.from(document.querySelectorAll("[data-key]"))
      .find((element) => element.dataset.key.toLowerCase() === name.toLowerCase() && visible(element));
  };

  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.ctrlKey) {
      const target = event.key === "Enter" && named(event);
      if (target) {
        event.preventDefault();
        target.click();
      }
      return;
    }
    if (event.key === "Escape") {
      const clear = document.querySelector("[data-unchoose]");
      document.querySelectorAll("details.idbox[open], details.fdrop[open]").forEach((box) => (box.open = false));
      if (clear && visible(clear)) clear.click();
      return;
    }
    if (off() || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      help();
      return;
    }
    const row = ROW_KEYS[event.key.toLowerCase()];
    if (row && row()) {
      event.preventDefault();
      return;
    }
    const target = named(event);
    if (target) {
      event.preventDefault();
      press(target);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shortcuts]")) {
      event.preventDefault();
      help();
    }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-shortcuts-off]")) return;
    try {
      localStorage.setItem(OFF, event.target.checked ? "1" : "0");
    } catch {
      /* A browser without storage keeps the shortcuts on for this page. */
    }
  });
})();
