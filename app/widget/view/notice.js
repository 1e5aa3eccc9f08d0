// The strip that says what is wrong, and offers to try again.
import { element } from "./element.js";

const COMPLAINT_LASTS = 8000;

export class Notice {
  #said = { words: "", serious: false };
  #ends = 0;

  /** `leaveMessage()` is offered when nobody is there. */
  constructor(chat, leaveMessage) {
    this.chat = chat;
    this.text = element("span");
    const act = () => (this.#isOffer ? leaveMessage() : chat.tryNow());
    this.button = element("button", { type: "button", on: { click: act } });
    this.box = element("div", { is: "notice", hidden: true, attributes: { role: "status" } }, this.text, this.button);
  }

  /** Say for some seconds what did not work. */
  complain(message) {
    this.#say(message || this.chat.words("failed"), true);
  }

  /** Say for some seconds what went well. */
  tell(message) {
    this.#say(message, false);
  }

  show() {
    const { chat } = this;
    const { words, serious } = this.#said;
    const message = words || this.#state() || (this.#isOffer ? chat.words("nobody_here") : "");
    this.box.hidden = !message;
    this.box.classList.toggle("serious", serious || chat.phase === "failed");
    if (this.text.textContent !== message) this.text.textContent = message;
    this.button.textContent = chat.words(this.#isOffer ? "leave_message" : "try_now");
    this.button.hidden = Boolean(words);
  }

  /** Whether a message for later is offered: all is well, and nobody is there. */
  get #isOffer() {
    return !this.#state() && this.chat.isAway && !this.chat.leavesMessage;
  }

  #say(words, serious) {
    clearTimeout(this.#ends);
    this.#said = { words, serious };
    this.#ends = setTimeout(() => this.#say("", false), COMPLAINT_LASTS);
    this.show();
  }

  #state() {
    const { chat } = this;
    if (chat.phase === "failed") return chat.problem || chat.words("failed");
    return chat.isLate ? chat.words("offline") : "";
  }
}
