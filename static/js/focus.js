/* Where the keyboard stands after a change of the page, and what is said about it. */
(() => {
  "use strict";
  const LOGIN = "/accounts/login/";
  const say = (words) => {
    const live = document.getElementById("live");
    if (live) live.textContent = words;
  };
  document.addEventListener("portal:say", (event) => say(event.detail));

  /* An error summary takes the focus, so does whatever a fragment marks with data-focus. */
  const WANTS_FOCUS = ".errsum, [data-focus]";
  const settle = (root) => {
    const target = root && (root.matches(WANTS_FOCUS) ? root : root.querySelector(WANTS_FOCUS));
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus();
  };
  document.addEventListener("DOMContentLoaded", () => settle(document.getElementById("main")));
  document.addEventListener("htmx:afterSettle", (event) => settle(event.detail.elt));

  /* A box that scrolls must scroll by keyboard as well. */
  const reach = () =>
    document.querySelectorAll(".scroll, .tb:not(.cards), .vpage, .rv-scroll, .rv-list").forEach((box) => {
      const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (scrolls && !box.hasAttribute("tabindex")) box.setAttribute("tabindex", "0");
    });
  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
  document.addEventListener("htmx:afterSettle", reach);

  const busy = (event, on) => {
    const target = event.detail.target;
    if (!target) return;
    if (on) target.setAttribute("aria-busy", "true");
    else target.removeAttribute("aria-busy");
  };
  document.addEventListener("htmx:beforeRequest", (event) => busy(event, true));
  document.addEventListener("htmx:afterRequest", (event) => busy(event, false));

  /* What went wrong with a request in the background, in the place for messages and aloud. */
  const warn = (words, href, label) => {
    const place = document.getElementById("messages");
    if (!place) return;
    const box = document.createElement("div");
    box.className = "flash error";
    const text = document.createElement("span");
    text.textContent = words;
    box.append(text);
    if (href) {
      const link = document.createElement("a");
      link.href = href;
      link.target = "_blank";
      link.rel = "opener";
      link.textContent = label;
      text.append(" ", link);
    }
    place.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:sendError", () => warn("网络没有连上，刚才的操作没有送出。连上后再试一次。"));
  const REFUSED = {
    403: "这个页面打开太久，需要重新打开后再提交。请先把没保存的文字复制下来。",
    404: "没有找到要办的内容，可能已转给别人或已办结。请回到列表刷新。",
    413: "文件超过上限，没有上传。请分成两个文件后再传。",
  };
  document.addEventListener("htmx:responseError", (event) =>
    warn(REFUSED[event.detail.xhr.status] || "系统没有办成刚才的操作，您填写的内容还在。请过一分钟再试，仍不行请联系平台管理员。"));

  /* A session that ran out must not replace a half-written form by a login page. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const from = event.detail.xhr.responseURL || "";
    if (!from || new URL(from).pathname !== LOGIN) return;
    event.detail.shouldSwap = false;
    warn("登录已过期，您填写的内容还在。请在新标签页登录，再回到这里继续。", LOGIN, "重新登录");
  });
})();
