// The page's one live connection. Others hear it as "live:…" events on the document.
import { io } from "../vendor/socket.io.esm.min.js";

const ACK_MILLISECONDS = 4000;
// Not everybody asks at the same moment for what was missed.
const SPREAD_MILLISECONDS = 5000;
const EVENTS = [
  "message",
  "message_changed",
  "typing",
  "read",
  "conversation",
  "viewers",
  "draft",
  "queue_changed",
  "offered",
  "notice",
  "news",
  "conversation_moved",
  "board_changed",
  "clock",
  "escalated",
  "board_figures",
  "whispered",
  "customer_changed",
  "signed_out",
];

const address = document.body.dataset.sockets;
const socket = address ? connect(address) : null;

function connect(url) {
  const connection = io(`${url}/desk`, {
    transports: ["websocket"],
    withCredentials: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
  });
  for (const name of EVENTS) connection.on(name, (detail) => tell(name, detail));
  connection.on("connect", () => tell("connected"));
  connection.on("missed", () => setTimeout(() => isConnected() && tell("connected"), Math.random() * SPREAD_MILLISECONDS));
  connection.on("disconnect", () => tell("disconnected"));
  connection.on("connect_error", (error) => {
    tell("disconnected");
    // A refused connection is not retried by itself; the refusal may have been a restart.
    if (error.data && error.data.code !== "sign_in_needed" && !connection.active) {
      setTimeout(() => connection.connect(), 5000);
    }
    if (error.data?.code === "sign_in_needed") tell("signed_out");
  });
  return connection;
}

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

export function isConnected() {
  return Boolean(socket?.connected);
}

// Ask and wait for the answer. Fails when there is no connection, no answer, or a refusal
// (then `refusal` holds its code and message).
export async function ask(event, data) {
  if (!isConnected()) throw new Error("offline");
  const answer = await socket.timeout(ACK_MILLISECONDS).emitWithAck(event, data);
  if (answer?.error) throw Object.assign(new Error(answer.error.code), { refusal: answer.error });
  return answer;
}

export function say(event, data) {
  if (isConnected()) socket.emit(event, data);
}

// The browser knows sooner than a silent socket that the network went or came back.
for (const change of ["offline", "online"]) {
  window.addEventListener(change, () => socket?.disconnect().connect());
}

const sign = () => document.querySelector("[data-connection]");
document.addEventListener("live:connected", () => sign()?.setAttribute("hidden", ""));
document.addEventListener("live:disconnected", () => sign()?.removeAttribute("hidden"));
