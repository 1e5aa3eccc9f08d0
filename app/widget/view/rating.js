// How was it? Five stars and a comment, once a conversation is finished.
import { drawing, element } from "./element.js";

const MOST = 5;
const LONGEST_COMMENT = 1000;

export class Rating {
  #score = 0;
  #thanked = false;

  constructor(chat) {
    this.chat = chat;
    this.box = element("section", { is: "rating", hidden: true });
  }

  show() {
    const asks = this.chat.thread.state.can_rate;
    if (asks || this.chat.thread.state.status !== "resolved") this.#thanked = false;
    this.box.hidden = !asks && !this.#thanked;
    const showing = asks ? this.chat.language : "";
    if (!asks || this.box.dataset.language === showing) return;
    this.box.dataset.language = showing;
    this.#ask();
  }

  #ask() {
    const { words } = this.chat;
    this.#score = 0;
    this.stars = Array.from({ length: MOST }, (_each, index) => this.#star(index + 1));
    this.comment = element("textarea", {
      rows: 2,
      maxLength: LONGEST_COMMENT,
      placeholder: words("rating_comment"),
      aria: { label: words("rating_comment") },
    });
    this.send = element("button", { type: "button", is: "primary", textContent: words("send"), disabled: true });
    this.send.addEventListener("click", () => this.#rate());
    this.more = element("div", { is: "rating-more", hidden: true }, this.comment, this.send);
    const group = { is: "stars", attributes: { role: "radiogroup" }, aria: { label: words("rating_title") } };
    const title = element("h3", { textContent: words("rating_title") });
    this.box.replaceChildren(title, element("div", group, ...this.stars), this.more);
  }

  #star(score) {
    const label = this.chat.words("rating_stars", { score });
    const star = element(
      "button",
      { type: "button", is: "star", title: label, aria: { label, checked: false }, attributes: { role: "radio" } },
      drawing("star"),
    );
    star.tabIndex = score === 1 ? 0 : -1;
    star.addEventListener("click", () => this.#choose(score));
    star.addEventListener("keydown", (event) => this.#step(event, score));
    return star;
  }

  #step(event, score) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = ((score - 1 + by + MOST) % MOST) + 1;
    this.#choose(next);
    this.stars[next - 1].focus();
  }

  #choose(score) {
    this.#score = score;
    this.stars.forEach((star, index) => {
      star.classList.toggle("lit", index < score);
      star.setAttribute("aria-checked", String(index + 1 === score));
      star.tabIndex = index + 1 === score ? 0 : -1;
    });
    this.more.hidden = false;
    this.send.disabled = false;
  }

  async #rate() {
    this.send.disabled = true;
    try {
      this.#thanked = true;
      await this.chat.rate(this.#score, this.comment.value.trim());
      const thanks = element("p", { attributes: { role: "status" }, textContent: this.chat.words("rating_thanks") });
      this.box.replaceChildren(thanks);
      this.box.dataset.language = "";
    } catch (refused) {
      this.#thanked = false;
      this.send.disabled = false;
      this.chat.complain(refused.message);
    }
  }
}
