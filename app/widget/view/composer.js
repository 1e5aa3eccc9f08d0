// Where the customer writes: text, files, quick replies.
import { Answers } from "./answers.js";
import { element, iconButton } from "./element.js";
import { Uploads } from "./uploads.js";

const LONGEST = 4000;
const TYPING_EVERY = 3000;

export class Composer {
  #typedAt = 0;

  constructor(chat) {
    this.chat = chat;
    this.uploads = new Uploads(chat, () => this.show());
    this.answers = new Answers(chat);
    this.replies = element("div", { is: "replies", attributes: { role: "group" } });
    this.input = element("textarea", { rows: 1, maxLength: LONGEST, is: "input" });
    this.picker = element("input", { type: "file", multiple: true, hidden: true });
    this.form = element("form", { is: "composer" });
    this.box = element("div", { is: "bottom" }, this.answers.box, this.replies, this.uploads.list, this.form);
    this.#listen();
    this.input.value = chat.store.get("draft", "");
  }

  show() {
    const { words } = this.chat;
    if (this.form.dataset.language !== this.chat.language) this.#name(words);
    this.send.disabled = this.uploads.areUnderWay || !this.#hasSomething();
    this.#showReplies();
  }

  #name(words) {
    this.form.dataset.language = this.chat.language;
    this.input.placeholder = words("write");
    this.input.setAttribute("aria-label", words("write"));
    this.replies.setAttribute("aria-label", words("quick_replies"));
    const attach = iconButton("clip", words("attach"), { on: { click: () => this.picker.click() } });
    this.send = iconButton("send", words("send"), { type: "submit", is: "icon-button send" });
    this.form.replaceChildren(attach, this.picker, this.input, this.send);
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#write();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#write();
    });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("paste", (event) => this.#take(event, event.clipboardData?.files));
    this.box.addEventListener("dragover", (event) => event.preventDefault());
    this.box.addEventListener("drop", (event) => this.#take(event, event.dataTransfer?.files));
    this.picker.addEventListener("change", () => {
      this.uploads.add([...this.picker.files]);
      this.picker.value = "";
    });
  }

  #take(event, files) {
    if (!files?.length) return;
    event.preventDefault();
    this.uploads.add([...files]);
  }

  #typed() {
    this.#fit();
    this.chat.store.set("draft", this.input.value || null);
    this.answers.ask(this.input.value);
    this.show();
    const now = Date.now();
    if (now - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = now;
    this.chat.tellTyping(true);
  }

  #write() {
    if (this.uploads.areUnderWay || !this.#hasSomething()) return;
    const text = this.input.value.trim();
    const said = this.chat.write(text, { attachments: this.uploads.take() });
    if (!said) return;
    this.answers.sent(text);
    this.input.value = "";
    this.chat.store.forget("draft");
    this.#typedAt = 0;
    this.chat.tellTyping(false);
    this.#fit();
    this.show();
  }

  #hasSomething() {
    return Boolean(this.input.value.trim()) || this.uploads.files.length > 0;
  }

  #fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }

  #showReplies() {
    const offered = this.chat.queue.items.length ? null : this.chat.thread.offered();
    const shown = offered?.id ?? "";
    if (this.replies.dataset.of === shown) return;
    this.replies.dataset.of = shown;
    const buttons = (offered?.extra.buttons ?? []).map(({ title, payload }) =>
      element("button", {
        type: "button",
        is: "reply",
        textContent: title,
        on: { click: () => this.chat.write(title, { payload }) },
      }),
    );
    this.replies.replaceChildren(...buttons);
  }
}
