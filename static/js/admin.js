// Names the search boxes of Django's admin for screen readers: select2 draws them without their label.
"use strict";

window.django?.jQuery?.(() => {
  for (const box of document.querySelectorAll(".select2-selection__rendered")) {
    const label = box.closest(".form-row")?.querySelector("label");
    if (label) box.setAttribute("aria-label", label.textContent.trim());
  }
});
