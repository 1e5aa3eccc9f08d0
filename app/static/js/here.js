// Tells now and then that somebody is at the desk, so that nothing is offered to an empty chair; and
// shows her at once when she was taken for absent.
import { post } from "./server.js";

const EVERY = 60_000;
let told = -EVERY;

async function here() {
  const state = document.getElementById("availability");
  if (!state || performance.now() - told < EVERY) return;
  told = performance.now();
  const now = await post(state.dataset.here, {}, { background: true }).catch(() => null);
  if (now && now.state !== state.dataset.state) {
    window.htmx.ajax("GET", state.dataset.shown, { target: "#availability", swap: "outerHTML" });
  }
}

for (const what of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  document.addEventListener(what, here, { capture: true, passive: true });
}
