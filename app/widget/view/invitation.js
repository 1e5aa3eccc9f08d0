// The bubble above the launcher that invites to talk.
import { element, iconButton } from "./element.js";

export class InvitationBubble {
  constructor(chat, { accept, decline }) {
    Object.assign(this, { chat, words: "" });
    this.text = element("button", { type: "button", is: "invitation-words", on: { click: accept } });
    this.closer = iconButton("close", "", { on: { click: decline } });
    this.live = element("div", { is: "invitation-live", attributes: { role: "status" } });
    this.box = element("div", { is: "invitation", hidden: true }, this.live, this.closer);
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && decline());
  }

  invite(words) {
    this.words = words;
    this.box.hidden = false;
    this.text.textContent = words;
    this.live.replaceChildren(this.text);
    this.show();
  }

  hide() {
    this.box.hidden = true;
  }

  show() {
    const label = this.chat.words("no_thanks");
    this.closer.title = label;
    this.closer.setAttribute("aria-label", label);
  }
}
