// The widget on the page: a shadow root with the launcher and the panel, shown from the chat's state.
import base from "../css/base.css";
import composer from "../css/composer.css";
import log from "../css/log.css";
import panel from "../css/panel.css";
import { Composer } from "./composer.js";
import { element } from "./element.js";
import { isModal, keepInside } from "./focus.js";
import { Header } from "./header.js";
import { Launcher } from "./launcher.js";
import { Log } from "./log.js";
import { Notice } from "./notice.js";
import { Rating } from "./rating.js";

const COLOUR = /^#[\da-f]{6}$/i;

export class Widget {
  #asked = false;

  constructor(chat) {
    this.chat = chat;
    this.isOpen = false;
    this.host = element("div", { id: "dialtone-widget" });
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync([base, panel, log, composer].join("\n"));
    root.adoptedStyleSheets = [sheet];
    this.#build();
    root.append(this.panel, this.launcher.box);
  }

  /** Put it on the page, as it was left: open or closed. */
  enter() {
    document.body.append(this.host);
    this.show();
    if (this.chat.store.get("open") && !isModal()) this.open({ quietly: true });
  }

  open({ quietly = false } = {}) {
    this.isOpen = true;
    this.panel.hidden = false;
    this.chat.store.set("open", true);
    if (this.chat.session.isIdentified || this.chat.session.isRemembered) this.chat.open();
    this.show();
    this.log.toEnd();
    if (!quietly) this.composer.input.focus();
  }

  close() {
    this.isOpen = false;
    this.panel.hidden = true;
    this.chat.store.forget("open");
    this.show();
    this.launcher.box.focus();
  }

  /** Many changes in a row are shown once. */
  changed() {
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      this.show();
    });
  }

  show() {
    const { accent } = this.chat.theme;
    if (COLOUR.test(accent ?? "")) this.#paint(accent);
    this.host.lang = this.chat.language;
    this.launcher.show(this.isOpen);
    this.panel.setAttribute("aria-modal", String(isModal()));
    for (const part of [this.header, this.notice, this.log, this.rating, this.composer]) part.show();
    if (this.isOpen && !document.hidden) this.chat.see();
  }

  #build() {
    const { chat } = this;
    this.launcher = new Launcher(chat, () => (this.isOpen ? this.close() : this.open()));
    this.header = new Header(chat, () => this.close());
    this.notice = new Notice(chat);
    this.log = new Log(chat);
    this.rating = new Rating(chat);
    this.composer = new Composer(chat);
    const parts = [this.header, this.notice, this.log, this.rating, this.composer].map((each) => each.box);
    const dialog = { is: "panel", hidden: true, attributes: { role: "dialog" }, aria: { labelledby: "title" } };
    this.panel = element("section", dialog, ...parts);
    this.panel.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("visibilitychange", () => this.changed());
    for (const change of ["online", "offline"]) window.addEventListener(change, () => chat.tryNow());
  }

  #key(event) {
    // The page around has shortcuts of its own; what is typed here is not for it.
    event.stopPropagation();
    if (event.key === "Escape") this.close();
    else keepInside(event, this.panel);
  }

  /** White words on dark accents, dark ones on light accents. */
  #paint(accent) {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(accent.slice(at, at + 2), 16));
    const isLight = red * 0.299 + green * 0.587 + blue * 0.114 > 150;
    this.host.style.setProperty("--accent", accent);
    this.host.style.setProperty("--on-accent", isLight ? "#10201e" : "#ffffff");
  }
}
