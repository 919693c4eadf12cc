// Keying a sheet: each key that answers an item goes on to the next one. Nothing depends
// on it: without scripts Tab goes on and the button sends.
(() => {
  const form = document.querySelector("form[data-sheet]");
  if (!form) return;
  const said = document.getElementById("key-said");
  const fields = [...form.querySelectorAll("input[type=text]:not([readonly]), textarea")];
  const go = (field) => { field.focus(); if (field.select) field.select(); };
  const step = (field, by) => {
    const next = fields[fields.indexOf(field) + by];
    if (next) go(next);
    return Boolean(next);
  };
  const digits = (text) => text.replace(/[ .-]/g, "");

  form.addEventListener("input", (event) => {
    const field = event.target;
    const { keys, one, digits: many } = field.dataset;
    if (keys !== undefined) {
      const typed = [...field.value.toLowerCase()];
      const wrong = typed.find((key) => !keys.includes(key) && !" ,.+".includes(key));
      field.toggleAttribute("aria-invalid", false);
      said.textContent = "";
      if (wrong !== undefined) {
        // What is no key here is not taken: the eyes are on the paper.
        field.value = typed.filter((key) => keys.includes(key)).join("");
        field.setAttribute("aria-invalid", "true");
        said.textContent = `${form.dataset.wrong} ${[...keys].join(" ")}`;
      } else if (one !== undefined && typed.length > 0) step(field, 1);
    } else if (many && /^\d+$/.test(digits(field.value)) && digits(field.value).length === Number(many)) step(field, 1);
  });

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!fields.includes(field) || event.isComposing) return;
    const down = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey);
    const up = event.key === "ArrowUp" || (event.key === "Backspace" && field.value === "");
    if (field.tagName === "TEXTAREA" && event.key !== "Enter") return;
    if (event.key === "Enter" && event.shiftKey) return;
    if (!down && !up) return;
    event.preventDefault();
    // Only Enter sends: a digit that answers the last item waits to be looked at.
    if (!step(field, up ? -1 : 1) && event.key === "Enter") form.requestSubmit();
  });

  // A key held down must not send the sheet twice.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sheet === "sent") event.preventDefault();
    form.dataset.sheet = "sent";
  });
  addEventListener("pageshow", () => { form.dataset.sheet = ""; });
  if (document.activeElement && fields.includes(document.activeElement)) document.activeElement.select();
  else if (!document.querySelector(".errors") && fields.length > 0) go(fields[0]);
})();
