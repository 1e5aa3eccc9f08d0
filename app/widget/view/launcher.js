// The round button at the corner of the operator's page, with the number of unread messages.
import { drawing, element } from "./element.js";

export class Launcher {
  constructor(chat, toggle) {
    this.chat = chat;
    this.badge = element("span", { is: "unread", hidden: true });
    this.box = element(
      "button",
      { type: "button", is: "launcher", aria: { expanded: false, haspopup: "dialog" }, on: { click: toggle } },
      drawing("chat"),
      drawing("down"),
      this.badge,
    );
  }

  show(isOpen) {
    const { words, unread } = this.chat;
    this.box.setAttribute("aria-expanded", String(isOpen));
    this.badge.hidden = isOpen || unread === 0;
    this.badge.textContent = unread > 99 ? "99+" : String(unread);
    const label = isOpen ? words("close") : unread ? words("open_unread", { count: unread }) : words("open");
    this.box.setAttribute("aria-label", label);
    this.box.title = label;
  }
}
