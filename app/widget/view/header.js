// The top of the panel: who one talks with, the language, and the way out.
import { opening } from "../words.js";
import { element, iconButton } from "./element.js";

const LONGEST_TIMER = 24 * 3600 * 1000;
const LANGUAGES = { en: "English", es: "Español", pt: "Português" };

export class Header {
  constructor(chat, { close, mailTranscript }) {
    Object.assign(this, { chat });
    this.title = element("h2", { id: "title" });
    this.state = element("p", { is: "state", attributes: { role: "status" } });
    this.languages = element(
      "select",
      { is: "languages" },
      ...Object.entries(LANGUAGES).map(([value, textContent]) => element("option", { value, textContent })),
    );
    this.languages.addEventListener("change", () => this.#speak());
    this.closer = iconButton("close", "", { on: { click: close } });
    this.transcript = iconButton("mail", "", { hidden: true, on: { click: mailTranscript } });
    const names = element("div", { is: "names" }, this.title, this.state);
    this.box = element("header", {}, names, this.languages, this.transcript, this.closer);
  }

  show() {
    const { words, theme, language } = this.chat;
    this.title.textContent = theme.title || words("title");
    const state = this.#stateInWords();
    if (this.state.textContent !== state) this.state.textContent = state;
    this.#again();
    this.languages.value = language || "en";
    this.languages.setAttribute("aria-label", words("language"));
    this.transcript.hidden = !this.chat.hasTranscript;
    this.#name(this.transcript, words("transcript"));
    this.#name(this.closer, words("close"));
  }

  #name(button, label) {
    button.title = label;
    button.setAttribute("aria-label", label);
  }

  /** What is told of the opening is over once it is there. */
  #again() {
    clearTimeout(this.timer);
    const left = new Date(this.chat.thread.state.opens_at ?? 0) - Date.now();
    if (left > 0) this.timer = setTimeout(() => this.show(), Math.min(left, LONGEST_TIMER));
  }

  #stateInWords() {
    const { words, thread, phase, language } = this.chat;
    const { status, agent, position, wait, opens_at: opensAt, by_mail: address } = thread.state;
    const opens = status === "waiting" && opening(opensAt, language);
    if (phase === "opening") return words("connecting");
    if (address && status !== "resolved") return words("by_mail", { address });
    if (opens) return words(opens.day ? "waiting_opens" : "waiting_opens_today", opens);
    if (status === "waiting" && position) return words(wait ? "waiting_wait" : "waiting_position", { position, wait });
    if (status === "open") return agent ? words("with_agent", { name: agent }) : words("with_someone");
    if (status !== "bot") return words(status === "resolved" ? "resolved" : "waiting");
    if (this.chat.meeting.with_bot) return words("with_bot");
    return words(this.chat.isAway ? "nobody_here" : "with_people");
  }

  async #speak() {
    try {
      await this.chat.speak(this.languages.value);
    } catch (refused) {
      this.chat.complain(refused.message);
      this.show();
    }
  }
}
