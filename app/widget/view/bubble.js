// One line of the log: a bubble with its author, files, card and ticks, or what happened.
import { safe } from "../links.js";
import { moment } from "../words.js";
import { attachmentView } from "./attachment.js";
import { drawing, element } from "./element.js";
import { textWithLinks } from "./text.js";

const TICKS = { queued: "clock", sent: "sent", read: "read", refused: "alert" };

export function lineOf(chat, message) {
  if (message.kind === "activity") {
    return element("li", { is: "activity" }, element("span", {}, ...textWithLinks(message.text)));
  }
  const mine = message.author.kind === "customer";
  const files = (message.attachments ?? []).map((each) => attachmentView(chat, each));
  const card = message.extra?.card;
  const words = message.text === card?.url ? "" : message.text; // the card leads there
  return element(
    "li",
    { is: `line ${mine ? "mine" : "theirs"} ${message.author.kind}` },
    mine ? null : author(chat, message),
    words ? element("div", { is: "bubble" }, ...textWithLinks(words)) : null,
    ...files,
    card?.kind === "payment_link" ? paymentCard(chat, card) : null,
    element("div", { is: "foot" }, time(chat, message), mine ? element("span", { is: "tick" }) : null),
  );
}

/** A line of what has not arrived yet. */
export function waitingLine(chat, item) {
  const author = { kind: "customer", name: "" };
  return lineOf(chat, { ...item, kind: "text", author, extra: {} });
}

/** Queued, sent, read or refused; changes nothing when it shows that already. */
export function showTick(chat, line, { state, reason, key }) {
  if (line.dataset.tick === state) return;
  line.dataset.tick = state;
  line.classList.toggle("refused", state === "refused");
  const tick = line.querySelector(".tick");
  const words = element("span", { is: "unseen", textContent: chat.words(state) });
  tick.replaceChildren(drawing(TICKS[state]), words);
  line.querySelector(".again")?.remove();
  if (state === "refused") line.append(again(chat, reason, key));
}

function author(chat, message) {
  const isBot = message.author.kind === "bot";
  const name = message.author.name || chat.words(isBot ? "assistant" : "agent");
  const badge = isBot ? element("span", { is: "badge", textContent: chat.words("bot_badge") }) : null;
  return element("div", { is: "author" }, element("bdi", { textContent: name }), badge);
}

function time(chat, message) {
  const words = moment(message.at, chat.language || undefined);
  return element("time", { dateTime: message.at, textContent: words });
}

function again(chat, reason, key) {
  return element(
    "div",
    { is: "again", attributes: { role: "alert" } },
    element("span", { textContent: reason }),
    element("button", { type: "button", textContent: chat.words("retry"), on: { click: () => chat.retry(key) } }),
    element("button", { type: "button", textContent: chat.words("discard"), on: { click: () => chat.discard(key) } }),
  );
}

function paymentCard(chat, card) {
  const href = safe(card.url ?? "");
  const pay = { href, target: "_blank", rel: "noopener noreferrer", is: "pay", textContent: chat.words("pay") };
  return element(
    "div",
    { is: "card" },
    element("div", { is: "card-head" }, drawing("card"), element("span", { textContent: card.invoice ?? "" })),
    element("strong", { textContent: card.amount ?? "" }),
    card.method ? element("span", { textContent: card.method }) : null,
    card.code ? element("code", { is: "pay-code", textContent: card.code }) : null,
    href ? element("a", pay) : null,
    element("small", { textContent: chat.words("opens_new_tab") }),
  );
}
