/* <form data-upload> shows how far each upload is and can stop it. Without this script the form posts. */
(() => {
  "use strict";
  const MB = 1024 * 1024;
  const size = (bytes) => (bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MB).toFixed(1)} MB`);

  const row = (file) => {
    const box = document.createElement("div");
    box.className = "up";
    const line = document.createElement("div");
    line.className = "flex";
    const name = document.createElement("span");
    name.className = "sp name";
    name.textContent = `${file.name}　${size(file.size)}`;
    const far = document.createElement("span");
    far.className = "num";
    const stop = document.createElement("button");
    stop.type = "button";
    stop.className = "btn btn-lnk";
    stop.textContent = "取消";
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `${file.name} 上传进度`);
    line.append(name, far, stop);
    box.append(line, bar);
    return { box, far, stop, bar };
  };

  const fail = (parts, words) => {
    parts.box.classList.add("bad");
    parts.bar.remove();
    parts.stop.remove();
    parts.far.className = "red b";
    parts.far.textContent = words;
    document.dispatchEvent(new CustomEvent("portal:say", { detail: words }));
  };

  const send = (form, input) => {
    const files = Array.from(input.files);
    if (!files.length) return;
    const limit = Number(form.dataset.maxMb || 0);
    const list = form.querySelector("[data-uploads]") || form;
    const big = limit && files.find((file) => file.size > limit * MB);
    const parts = row(files.length === 1 ? files[0] : { name: `${files.length} 个文件`, size: files.reduce((s, f) => s + f.size, 0) });
    list.append(parts.box);
    if (big) {
      fail(parts, `文件 ${size(big.size)}，超过 ${limit} MB 的上限，没有上传。请分成两个文件后再传。`);
      input.value = "";
      return;
    }
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      parts.bar.value = percent;
      parts.far.textContent = percent < 100 ? `${percent}%` : "正在检查文件";
    });
    request.addEventListener("load", () => {
      let told = {};
      try {
        told = JSON.parse(request.responseText);
      } catch {
        /* A page instead of an answer: the address it came from shows what happened. */
      }
      if (request.status < 300 && (told.next || request.responseURL)) location.assign(told.next || request.responseURL);
      else fail(parts, told.message || (request.status === 413 ? "文件超过上限，没有上传。" : "没有上传成功。请检查文件后再传。"));
    });
    request.addEventListener("error", () => fail(parts, "网络没有连上，文件没有上传。连上后再传一次。"));
    request.addEventListener("abort", () => parts.box.remove());
    parts.stop.addEventListener("click", () => request.abort());
    request.send(new FormData(form));
    input.value = "";
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-upload]");
    if (form && event.target.type === "file") send(form, event.target);
  });
  document.addEventListener("dragover", (event) => {
    const zone = event.target.closest && event.target.closest("form[data-upload] .drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    const zone = event.target.closest && event.target.closest(".drop.over");
    if (zone) zone.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    const zone = event.target.closest && event.target.closest("form[data-upload] .drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("over");
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
