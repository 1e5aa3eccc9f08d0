// One message as an element. Text goes in as text, never as HTML.
import { linked } from "./links.js";
import { copyOf, language, word } from "./words.js";

const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const dayName = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });

export function dayOf(moment) {
  return new Date(moment).toDateString();
}

export function daySeparator(moment) {
  const item = copyOf("day");
  const date = new Date(moment);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const names = { [today.toDateString()]: word("today"), [yesterday.toDateString()]: word("yesterday") };
  item.dataset.day = date.toDateString();
  item.firstElementChild.textContent = names[date.toDateString()] || dayName.format(date);
  return item;
}

export function bubble(message, attachmentsUrl) {
  const item = message.kind === "activity" ? copyOf("activity") : copyOf("bubble");
  item.dataset.seq = message.seq ?? "";
  item.dataset.at = message.at;
  const time = item.querySelector("time");
  time.dateTime = message.at;
  time.textContent = clock.format(new Date(message.at));
  if (message.kind === "activity") {
    item.querySelector("[data-text]").textContent = message.text;
    return item;
  }
  fillIn(item, message, attachmentsUrl);
  return item;
}

function fillIn(item, message, attachmentsUrl) {
  item.classList.add(`by-${message.author.kind}`);
  item.dataset.author = message.author.kind;
  item.querySelector("[data-author]").textContent = message.author.name;
  const text = item.querySelector("[data-text]");
  const words = message.text === message.extra?.card?.url ? "" : message.text; // the card leads there
  text.append(...linked(words));
  if (!words) text.remove();
  const body = item.querySelector(".bubble");
  if (message.kind === "note") {
    item.classList.add("is-note");
    item.querySelector(".message-meta").append(copyOf("note-badge"));
  }
  for (const file of message.attachments || []) body.append(attachment(file, attachmentsUrl));
  if (message.extra?.card?.kind === "payment_link") body.append(paymentCard(message.extra.card));
  if (message.extra?.buttons?.length) body.append(choices(message.extra.buttons));
  for (const remark of remarks(message.extra || {})) item.append(remark);
  if (message.extra?.mail?.page) item.append(wholeMail(message.id));
}

// The reply alone stands in the thread; everything that came with it opens in a sheet.
function wholeMail(id) {
  const button = copyOf("whole-mail");
  button.addEventListener("click", () => window.htmx.ajax("GET", `/desk/mails/${id}`, "#dialog"));
  return button;
}

// What is to be known of it beside its words: a subject, a later edit, files that are not there.
function remarks({ mail, edited, withdrawn, doubt, files_refused: refused, files_missing: missing }) {
  const said = [
    mail?.subject && word("subject", { subject: mail.subject }),
    mail?.copied && word("copied", { names: mail.copied.join(", ") }),
    edited && word("edited", { text: edited.text }),
    withdrawn && word("withdrawn"),
    doubt && word("doubt"),
    refused && word("refused", { names: refused.join(", ") }),
    missing && word("missing", { names: missing.join(", ") }),
  ];
  return said.filter(Boolean).map((text) => {
    const line = document.createElement("p");
    line.className = "message-remark";
    line.textContent = text;
    return line;
  });
}

function attachment(file, attachmentsUrl) {
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.media_type);
  const link = copyOf(isPicture ? "picture" : "file");
  link.href = attachmentsUrl + file.id;
  if (isPicture) {
    link.firstElementChild.src = link.href;
    link.firstElementChild.alt = file.name;
  } else {
    link.querySelector("[data-name]").textContent = file.name;
    link.querySelector("[data-size]").textContent = sizeText(file.size);
  }
  return link;
}

function sizeText(bytes) {
  const megabytes = bytes / 1024 / 1024;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return megabytes >= 1 ? `${number.format(megabytes)} MB` : `${number.format(Math.ceil(bytes / 1024))} KB`;
}

function paymentCard(card) {
  const link = copyOf("payment");
  if (/^https?:\/\//.test(card.url || "")) link.href = card.url;
  link.querySelector("[data-amount]").textContent = card.amount || "";
  link.querySelector("[data-invoice]").textContent = [card.invoice, card.method].filter(Boolean).join(" · ");
  return link;
}

function choices(buttons) {
  const list = copyOf("choices");
  for (const button of buttons) {
    const chip = document.createElement("span");
    chip.textContent = button.title;
    list.append(chip);
  }
  return list;
}

// The tick of one of our own messages: "sending", "sent" or "read".
export function showState(item, state) {
  item.querySelector(".delivery")?.remove();
  const sign = copyOf("state");
  const picture = { sending: "clock", sent: "check", read: "checks" }[state];
  sign.classList.add(`delivery-${state}`);
  sign.querySelector("use").setAttribute("href", `${word("icons")}#${picture}`);
  sign.lastElementChild.textContent = word(state);
  item.querySelector(".message-meta").append(sign);
}

const DELIVERY = {
  queued: "clock",
  retrying: "refresh",
  sent: "check",
  delivered: "checks",
  read: "checks",
  failed: "alert-triangle",
};

// How far its provider took it; what failed leads to the ways out.
export function showDelivery(item, { state, id }) {
  item.querySelector(".delivery")?.remove();
  const sign = copyOf("delivery");
  sign.classList.add(`delivery-${state}`);
  sign.dataset.delivery = state;
  sign.querySelector("use").setAttribute("href", `${word("icons")}#${DELIVERY[state]}`);
  sign.querySelector("[data-state]").textContent = word(`delivery${state[0].toUpperCase()}${state.slice(1)}`);
  const out = sign.querySelector("button");
  out.hidden = state !== "failed" && state !== "retrying";
  out.addEventListener("click", () => window.htmx.ajax("GET", `/desk/deliveries/${id}`, "#dialog"));
  item.querySelector(".message-meta").append(sign);
}
