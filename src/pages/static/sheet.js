// Keying a sheet: each key that answers an item goes on to the next one. After a key that
// means nothing here no key is taken until Backspace or Enter: the eyes are on the paper,
// and every answer behind it would move by one. Nothing depends on this script: without it
// Tab goes on and the button sends.
(() => {
  const form = document.querySelector("form[data-sheet]");
  if (!form) return;
  const said = document.getElementById("key-said");
  const fields = [...form.querySelectorAll("input[type=text]:not([readonly]), textarea")];
  let stopped = null;
  let kept = null;
  let sound = null;
  const go = (field) => { field.focus(); if (field.select) field.select(); };
  const step = (field, by) => {
    const next = fields[fields.indexOf(field) + by];
    if (next) go(next);
    return Boolean(next);
  };
  const digits = (text) => text.replace(/[ .-]/g, "");
  const beep = () => {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    tone.frequency.value = 330;
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.15);
  };
  const stop = (field) => {
    stopped = field;
    kept = new Map(fields.map((one) => [one, one.value]));
    field.setAttribute("aria-invalid", "true");
    said.textContent = `${form.dataset.wrong} ${[...field.dataset.keys].join(" ")}. ${form.dataset.stopped}`;
    beep();
  };
  const release = () => {
    if (!stopped) return false;
    stopped.removeAttribute("aria-invalid");
    go(stopped);
    said.textContent = "";
    stopped = null;
    return true;
  };

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (stopped && kept.has(field)) {
      field.value = kept.get(field);
      beep();
      return;
    }
    const { keys, one, digits: many } = field.dataset;
    if (keys !== undefined) {
      const typed = [...field.value.toLowerCase()];
      const known = typed.filter((key) => keys.includes(key) || " ,.+".includes(key));
      if (known.length < typed.length) {
        field.value = known.join("");
        stop(field);
      } else if (one !== undefined && typed.length > 0) step(field, 1);
    } else if (many && /^\d+$/.test(digits(field.value)) && digits(field.value).length === Number(many)) step(field, 1);
  });

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!fields.includes(field) || event.isComposing) return;
    // A key that is held down is one key, but for a longer text.
    if (event.repeat && field.dataset.keys !== undefined) {
      event.preventDefault();
      return;
    }
    if ((event.key === "Enter" || event.key === "Backspace") && release()) {
      event.preventDefault();
      return;
    }
    const down = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey);
    const up = event.key === "ArrowUp" || (event.key === "Backspace" && field.value === "");
    if (field.tagName === "TEXTAREA" && event.key !== "Enter") return;
    if (event.key === "Enter" && event.shiftKey) return;
    if (!down && !up) return;
    event.preventDefault();
    // Only Enter sends: a digit that answers the last item waits to be looked at.
    if (!step(field, up ? -1 : 1) && event.key === "Enter") form.requestSubmit();
  });

  // Who points at a field looks at the screen.
  form.addEventListener("pointerdown", release);

  // A key held down must not send the sheet twice.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sheet === "sent") event.preventDefault();
    form.dataset.sheet = "sent";
  });
  addEventListener("pageshow", () => { form.dataset.sheet = ""; });
  if (document.activeElement && fields.includes(document.activeElement)) document.activeElement.select();
  else if (!document.querySelector(".errors") && fields.length > 0) go(fields[0]);
})();
