// The telephone on the desk: rings, is taken, muted, held and hung up; opens who is calling.
import { current } from "./conversation.js";
import { sandboxDevice } from "./sandbox_device.js";
import * as server from "./server.js";
import { IDLE, lasted, next, rings } from "./softphone_state.js";
import { toast } from "./toast.js";
import { twilioDevice } from "./twilio_device.js";

const panel = document.querySelector("[data-softphone]");
let state = IDLE;
let device = null;

const part = (name) => panel.querySelector(`[data-${name}]`);

function hear(news) {
  const before = state;
  state = next(state, news);
  if (state === before) return;
  if (rings(state)) open(state.about);
  if (state.name === "resuming") device.accept();
  show();
}

function show() {
  const shown = state.name === "resuming" ? "held" : state.name;
  const focus = panel.hidden && shown === "ringing";
  panel.hidden = shown === "idle";
  part("caller").textContent = state.caller || panel.dataset.unknown;
  for (const each of panel.querySelectorAll("[data-in]")) each.hidden = each.dataset.in !== shown;
  panel.querySelector('[data-call="mute"]').setAttribute("aria-pressed", String(state.muted));
  if (shown !== "talking") showKeys(false);
  time();
  if (focus) panel.querySelector('[data-call="accept"]').focus();
}

function time() {
  part("call-time").textContent = state.since ? lasted(Date.now() - state.since) : "";
}

function showKeys(on) {
  part("keypad").hidden = !on;
  panel.querySelector('[data-call="keys"]').setAttribute("aria-pressed", String(on));
}

// Her conversation, and with it everything we know of her.
function open(about) {
  if (!about || current()?.id === about) return;
  window.htmx.ajax("GET", `${panel.dataset.conversationUrl}${about}`, { target: "#chat", swap: "innerHTML" });
}

const hold = (on) => server.post(`${panel.dataset.conversationUrl}${state.about}/call/hold`, { on });

const DEEDS = {
  accept: () => device.accept(),
  reject: () => device.reject(),
  hangUp: () => device.hangUp(),
  keys: () => showKeys(part("keypad").hidden),
  mute() {
    device.mute(!state.muted);
    hear({ type: "muted", on: !state.muted });
  },
  async hold() {
    hear({ type: "holding" });
    await hold(true).catch((error) => {
      hear({ type: "not_held" });
      throw error;
    });
  },
  // She may have hung up meanwhile: then there is nothing to go on with.
  resume: () => hold(false).catch((error) => {
    hear({ type: "left" });
    throw error;
  }),
};

// Said once each time, however often the telephone tries.
let isConnected = true;
function connected(on) {
  if (isConnected && !on) toast(panel.dataset.unreachable, "danger");
  isConnected = on;
}

async function start() {
  const ask = () => server.post(panel.dataset.tokenUrl, {}, { background: true });
  const access = await ask();
  device = access.kind === "twilio"
    ? await twilioDevice(access, panel.dataset.library, ask, hear, connected)
    : sandboxDevice(access, hear);
}

if (panel) {
  panel.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-call], [data-digit]");
    if (!button) return;
    if (button.dataset.digit) return device.digit(button.dataset.digit);
    await Promise.resolve(DEEDS[button.dataset.call]()).catch((error) => toast(error.message, "danger"));
  });
  setInterval(time, 1000);
  start().catch((error) => toast(error.message, "danger"));
}
