// The top of the panel: who one talks with, the language, and the way out.
import { element, iconButton } from "./element.js";

const LANGUAGES = { en: "English", es: "Español", pt: "Português" };

export class Header {
  constructor(chat, close) {
    Object.assign(this, { chat, close });
    this.title = element("h2", { id: "title" });
    this.state = element("p", { is: "state", attributes: { role: "status" } });
    this.languages = element(
      "select",
      { is: "languages" },
      ...Object.entries(LANGUAGES).map(([value, textContent]) => element("option", { value, textContent })),
    );
    this.languages.addEventListener("change", () => this.#speak());
    this.closer = iconButton("close", "", { on: { click: close } });
    const names = element("div", { is: "names" }, this.title, this.state);
    this.box = element("header", {}, names, this.languages, this.closer);
  }

  show() {
    const { words, theme, language } = this.chat;
    this.title.textContent = theme.title || words("title");
    const state = this.#stateInWords();
    if (this.state.textContent !== state) this.state.textContent = state;
    this.languages.value = language || "en";
    this.languages.setAttribute("aria-label", words("language"));
    this.closer.title = words("close");
    this.closer.setAttribute("aria-label", words("close"));
  }

  #stateInWords() {
    const { words, thread, phase } = this.chat;
    const { status, agent, position } = thread.state;
    if (phase === "opening") return words("connecting");
    if (status === "waiting" && position) return words("waiting_position", { position });
    if (status === "open") return agent ? words("with_agent", { name: agent }) : words("with_someone");
    return words({ waiting: "waiting", resolved: "resolved" }[status] ?? "with_bot");
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
