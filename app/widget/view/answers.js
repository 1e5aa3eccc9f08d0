// What the help already says to that, offered while she writes and nobody has been asked yet.
import { element } from "./element.js";

const PAUSE = 600;
const SHORTEST = 8;

export class Answers {
  #timer = 0;
  #asked = "";

  constructor(chat) {
    this.chat = chat;
    this.offered = [];
    this.title = element("p", { is: "answers-title" });
    this.list = element("ul");
    this.box = element("aside", { is: "answers", hidden: true, aria: { live: "polite" } }, this.title, this.list);
  }

  /** She is writing this. */
  ask(text) {
    clearTimeout(this.#timer);
    const asked = text.trim();
    if (asked.length < SHORTEST || !this.#isEarly) return this.#offer([]);
    this.#timer = setTimeout(() => this.#look(asked), PAUSE);
    return undefined;
  }

  /** She sent it, to people or the bot: nothing is offered any more. */
  sent(text) {
    clearTimeout(this.#timer);
    if (this.#isEarly && text.trim().length >= SHORTEST) this.#tell(text, false);
    this.#asked = "";
    this.#offer([]);
  }

  /** Whether no person is in the talk or on the way. */
  get #isEarly() {
    const { status } = this.chat.thread.state;
    return status !== "waiting" && status !== "open";
  }

  async #look(asked) {
    this.#asked = asked;
    const { tag, language, api } = this.chat;
    const found = await api.answers({ inbox: tag.inbox, q: asked, language }).catch(() => ({ answers: [] }));
    if (this.#asked === asked) this.#offer(found.answers);
  }

  #offer(answers) {
    this.offered = answers;
    this.box.hidden = answers.length === 0;
    this.title.textContent = this.chat.words("answers_title");
    this.list.replaceChildren(...answers.map((each) => element("li", {}, this.#link(each))));
  }

  #link({ title, summary, url }) {
    const opened = () => this.#tell(this.#asked, true);
    return element("a", { href: url, target: "_blank", rel: "noopener", title: summary, textContent: title, on: { click: opened } });
  }

  #tell(q, opened) {
    const { tag, language, api } = this.chat;
    api.met({ inbox: tag.inbox, q, language, opened }).catch(() => undefined);
  }
}
