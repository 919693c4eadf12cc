// Sends a question's form over a network that comes and goes. Nothing depends on it:
// without scripts the form is sent by the browser itself.
(() => {
  const form = document.querySelector("form[data-survey]");
  const banner = document.getElementById("offline");
  if (!form || !banner) return;
  const waits = [2, 4, 8, 16, 32, 60];
  let tries = 0, timer = 0, sending = false, pressed = null;

  const fields = (press) => {
    const data = new FormData(form);
    if (press) data.set("press", press);
    return new URLSearchParams(data);
  };
  // Only an answer of this shape is one of ours: a portal that wants a password also says 200.
  const ask = async (body) => {
    const answer = await fetch(form.action, {
      method: "POST", body, headers: { accept: "application/json" }, signal: AbortSignal.timeout && AbortSignal.timeout(20000),
    });
    const said = await answer.json();
    if (typeof said.next !== "string" && said.again !== true) throw new Error("not ours");
    return said;
  };
  const send = async () => {
    if (sending || pressed === null) return;
    sending = true;
    clearTimeout(timer);
    try {
      // What is chosen now goes, also when it was changed while there was no network.
      const said = await ask(fields(pressed));
      banner.hidden = true;
      if (said.next) location.assign(said.next);
      else form.submit();
    } catch {
      banner.hidden = false;
      if (tries === 0) banner.focus();
      timer = setTimeout(send, 1000 * waits[Math.min(tries++, waits.length - 1)]);
    }
    sending = false;
  };

  // The second tap of a double tap was meant for the page before.
  setTimeout(() => { form.dataset.survey = "open"; }, 400);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.survey !== "open") return;
    // form.submit() leaves the button out.
    const press = event.submitter && event.submitter.value;
    form.querySelector("input[name=press]")?.remove();
    if (press) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "press", value: press }));
    pressed = press || "next";
    tries = 0;
    send();
  });
  document.getElementById("send-again").addEventListener("click", send);
  addEventListener("online", send);
  // A choice made and not sent yet goes along when the reader turns back or changes the language.
  document.querySelectorAll(".back a, .tongues a").forEach((link) => link.addEventListener("click", async (event) => {
    event.preventDefault();
    let said;
    try { said = await ask(fields("keep")); } catch { banner.hidden = false; banner.focus(); return; }
    // What cannot be kept is asked again; nothing typed is lost.
    if (said.next) location.assign(link.href);
    else form.submit();
  }));
  // Coming back with the browser's own button shows the form again, ready to be sent.
  addEventListener("pageshow", () => { sending = false; });
})();
