/* The review: a point that is to be corrected opens its two lines, a template fills them, and Y and N go to the
   first point that nobody has judged. Without this script both lines are always open and the form posts. */
(() => {
  "use strict";
  const form = document.querySelector("[data-points]");
  if (!form) return;
  form.classList.add("folds");
  const points = () => Array.from(form.querySelectorAll("[data-point]"));
  const chosen = (point) => point.querySelector("input[type=radio]:checked");
  const KEYS = { Y: ["input.y", "符合"], N: ["input.n", "要补正"], T: ["[data-template]", "意见模板"] };

  /* The point that Y, N and T mean: the one in hand, else the first without a verdict. */
  const aim = () => {
    const all = points();
    const held = document.activeElement && document.activeElement.closest("[data-point]");
    const at = all.find((point) => !chosen(point)) || held || all[all.length - 1];
    all.forEach((point) => point.classList.toggle("aimed", point === at && !chosen(point)));
    form.querySelectorAll("[data-key='Y'], [data-key='N'], [data-key='T']").forEach((one) => one.removeAttribute("data-key"));
    const written = all.filter((point) => point.classList.contains("no"));
    Object.keys(KEYS).forEach((key) => {
      const point = key === "T" ? (held && held.classList.contains("no") ? held : written[written.length - 1]) : at;
      const control = point && point.querySelector(KEYS[key][0]);
      if (!control) return;
      control.dataset.key = key;
      control.dataset.keyName = KEYS[key][1];
    });
  };
  const open = (point) => {
    const value = chosen(point);
    point.classList.toggle("no", Boolean(value) && value.value === "no");
  };
  form.addEventListener("change", (event) => {
    const point = event.target.closest("[data-point]");
    if (!point) return;
    if (event.target.matches("[data-template]")) {
      const option = event.target.selectedOptions[0];
      point.querySelectorAll("textarea").forEach((area) => {
        const words = area.id.startsWith("problem") ? option.dataset.problem : option.dataset.remedy;
        if (words) area.value = words;
      });
    }
    open(point);
    const area = point.querySelector("textarea");
    if (event.target.matches(".n") && area && !area.value) area.focus();
    aim();
  });
  form.addEventListener("focusin", aim);
  points().forEach(open);
  aim();
})();
