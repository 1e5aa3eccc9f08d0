// The strip that says what is wrong, and offers to try again.
import { element } from "./element.js";

const COMPLAINT_LASTS = 8000;

export class Notice {
  #complaint = "";
  #ends = 0;

  constructor(chat) {
    this.chat = chat;
    this.text = element("span");
    this.button = element("button", { type: "button", on: { click: () => chat.tryNow() } });
    this.box = element("div", { is: "notice", hidden: true, attributes: { role: "status" } }, this.text, this.button);
  }

  /** Say for some seconds what did not work. */
  complain(message) {
    clearTimeout(this.#ends);
    this.#complaint = message || this.chat.words("failed");
    this.#ends = setTimeout(() => this.#forget(), COMPLAINT_LASTS);
    this.show();
  }

  show() {
    const { chat } = this;
    const message = this.#complaint || this.#state();
    this.box.hidden = !message;
    this.box.classList.toggle("serious", Boolean(this.#complaint) || chat.phase === "failed");
    if (this.text.textContent !== message) this.text.textContent = message;
    this.button.textContent = chat.words("try_now");
    this.button.hidden = Boolean(this.#complaint);
  }

  #forget() {
    this.#complaint = "";
    this.show();
  }

  #state() {
    const { chat } = this;
    if (chat.phase === "failed") return chat.problem || chat.words("failed");
    return chat.isLate ? chat.words("offline") : "";
  }
}
