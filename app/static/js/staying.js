// Warns before the session ends, keeps what was being written, and goes on after signing in again.
import { get, post } from "./server.js";
import { keepForms, restoreForms } from "./unsaved.js";

// Not oftener than needed: a session that is ended elsewhere is told by the live connection.
const SOONEST = 15;
const LATEST = 300;
const dialog = document.getElementById("staying");
let endsAt = Infinity;
let next;

async function look() {
  if (!dialog) return;
  try {
    const left = await get(dialog.dataset.left, { background: true });
    endsAt = Date.now() + left.seconds * 1000;
    lookIn(left.seconds - left.warning + 1);
    if (left.seconds <= left.warning) warn(left.may_stay);
    else if (dialog.open) dialog.close();
  } catch (error) {
    if (error.refusal?.code === "sign_in_needed") over();
    else lookIn(LATEST);
  }
}

function lookIn(seconds) {
  clearTimeout(next);
  next = setTimeout(look, Math.min(LATEST, Math.max(SOONEST, seconds)) * 1000);
}

function warn(mayStay) {
  keepForms();
  dialog.querySelector("[data-stay]").hidden = !mayStay;
  if (!dialog.open) dialog.showModal();
}

function over() {
  keepForms();
  dialog.classList.add("is-over");
  for (const part of dialog.querySelectorAll("[data-before]")) part.hidden = true;
  for (const part of dialog.querySelectorAll("[data-after]")) part.hidden = false;
  dialog.querySelector("[data-again]").href = `${dialog.dataset.again}?next=${encodeURIComponent(location.pathname + location.search)}`;
  if (!dialog.open) dialog.showModal();
  endsAt = Infinity;
  clearTimeout(next);
}

dialog?.querySelector("[data-stay]").addEventListener("click", async () => {
  const left = await post(dialog.dataset.stay, {}).catch(() => null);
  if (!left) return look();
  endsAt = Date.now() + left.seconds * 1000;
  lookIn(left.seconds - left.warning + 1);
  return dialog.close();
});

document.addEventListener("live:signed_out", over);
// Whoever comes back to the tab is told at once.
document.addEventListener("visibilitychange", () => document.hidden || look());

function tick() {
  const seconds = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  dialog.querySelector("[data-seconds]").textContent = Number.isFinite(seconds) ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : "";
  if (seconds === 0) look();
}

if (dialog) {
  restoreForms();
  look();
  setInterval(() => dialog.open && Number.isFinite(endsAt) && tick(), 1000);
}
