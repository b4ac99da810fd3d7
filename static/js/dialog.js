/* Last confirmation before an act that cannot be undone, and the other native dialogs.
   <button data-opens="id"> opens <dialog id="id">; a button with data-opens inside a form stays a submit
   button, so without this script the form posts and the server asks again. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (!opener) return;
    const dialog = document.getElementById(opener.dataset.opens);
    /* Enter in a field of the open dialog presses the opener again: then the form goes out as it is. */
    if (!dialog || !dialog.showModal || dialog.open) return;
    const form = opener.form;
    if (form && !form.reportValidity()) return;
    event.preventDefault();
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener(
      "close",
      () => {
        opener.focus();
        if (dialog.returnValue !== "confirm" || !form) return;
        if (form.requestSubmit) form.requestSubmit(opener.type === "submit" ? opener : undefined);
        else form.submit();
      },
      { once: true },
    );
  });
  /* The submit that a confirmed dialog sends must not open the dialog again: requestSubmit fires no click. */
})();
