// The log of the conversation: adds what is new, updates ticks, keeps the reader at the end.
import { lineOf, showTick, waitingLine } from "./bubble.js";
import { element } from "./element.js";

const NEAR = 80;

export class Log {
  #isAtEnd = true;
  #lines = new Map();
  #thread = null;
  #language = "";

  constructor(chat) {
    this.chat = chat;
    this.greeting = element("li", { is: "line theirs bot greeting" });
    this.list = element("ol", { is: "log", aria: { live: "polite", relevant: "additions" } });
    this.list.setAttribute("role", "log");
    this.typing = element("div", { is: "typing", hidden: true, attributes: { role: "status" } });
    this.box = element("div", { is: "scroll", tabIndex: 0 }, this.list, this.typing);
    this.#stayAtEnd();
  }

  show() {
    const { chat } = this;
    this.#startOver();
    this.list.setAttribute("aria-label", chat.words("messages"));
    this.#greet();
    const wanted = new Set();
    for (const message of chat.thread.messages) wanted.add(this.#showMessage(message));
    for (const item of chat.queue.items) wanted.add(this.#showWaiting(item));
    for (const [key, line] of this.#lines) if (!wanted.has(key)) this.#drop(key, line);
    this.#showTyping();
    if (this.#isAtEnd) this.toEnd();
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
  }

  #startOver() {
    const { thread, language } = this.chat;
    if (thread === this.#thread && language === this.#language) return;
    this.#thread = thread;
    this.#language = language;
    this.#lines.clear();
    this.list.replaceChildren(this.greeting);
  }

  #greet() {
    const words = this.chat.invited || (this.chat.theme.greeting ?? "");
    this.greeting.hidden = !words || this.chat.thread.messages.length > 0;
    if (this.greeting.textContent === words) return;
    this.greeting.replaceChildren(element("div", { is: "bubble", textContent: words }));
  }

  #showMessage(message) {
    const key = message.key || message.id;
    const state = message.seq <= this.chat.thread.readSeq ? "read" : "sent";
    let line = this.#lines.get(key);
    if (line?.dataset.waiting) line = this.#replace(key, line, lineOf(this.chat, message));
    line ??= this.#add(key, lineOf(this.chat, message));
    if (message.author.kind === "customer" && message.kind === "text") showTick(this.chat, line, { state });
    return key;
  }

  #showWaiting(item) {
    const line = this.#lines.get(item.key) ?? this.#addLast(item.key, waitingLine(this.chat, item));
    const state = item.refused ? "refused" : "queued";
    showTick(this.chat, line, { state, reason: item.refused, key: item.key });
    return item.key;
  }

  /** Messages stand before what waits. */
  #add(key, line) {
    this.#lines.set(key, line);
    this.list.insertBefore(line, this.list.querySelector("[data-waiting]"));
    return line;
  }

  #addLast(key, line) {
    line.dataset.waiting = "1";
    this.#lines.set(key, line);
    this.list.append(line);
    return line;
  }

  #replace(key, old, line) {
    old.remove();
    return this.#add(key, line);
  }

  #drop(key, line) {
    this.#lines.delete(key);
    line.remove();
  }

  #showTyping() {
    const { typing } = this.chat;
    this.typing.hidden = !typing;
    if (!typing || this.typing.dataset.name === typing.name) return;
    this.typing.dataset.name = typing.name ?? "";
    const words = this.chat.words("is_typing", { name: typing.name || this.chat.words("assistant") });
    const dots = [1, 2, 3].map(() => element("i"));
    this.typing.replaceChildren(...dots, element("span", { is: "unseen", textContent: words }));
  }

  /** Whoever reads the end keeps reading it when pictures load or the rating opens below. */
  #stayAtEnd() {
    this.box.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.box;
      this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    });
    const follow = new ResizeObserver(() => this.#isAtEnd && this.toEnd());
    follow.observe(this.box);
    follow.observe(this.list);
  }
}
