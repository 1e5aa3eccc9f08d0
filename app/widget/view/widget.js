// The widget on the page: a shadow root with the launcher and the panel, shown from the chat's state.
import base from "../css/base.css";
import composer from "../css/composer.css";
import form from "../css/form.css";
import log from "../css/log.css";
import panel from "../css/panel.css";
import { Composer } from "./composer.js";
import { element } from "./element.js";
import { isModal, keepInside } from "./focus.js";
import { Form } from "./form.js";
import { Header } from "./header.js";
import { InvitationBubble } from "./invitation.js";
import { Launcher } from "./launcher.js";
import { Log } from "./log.js";
import { Notice } from "./notice.js";
import { Rating } from "./rating.js";

const COLOUR = /^#[\da-f]{6}$/i;

export class Widget {
  #asked = false;

  /** `came()` is told when she opens the widget or wants no invitation. */
  constructor(chat, came) {
    Object.assign(this, { chat, came });
    this.isOpen = false;
    this.host = element("div", { id: "dialtone-widget" });
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync([base, panel, log, composer, form].join("\n"));
    root.adoptedStyleSheets = [sheet];
    this.#build();
    root.append(this.panel, this.invitation.box, this.launcher.box);
  }

  /** Put it on the page, as it was left: open or closed. */
  enter() {
    document.body.append(this.host);
    this.show();
    if (this.chat.store.get("open") && !isModal()) this.open({ quietly: true });
  }

  /** What she may be invited with now: nobody is, where nobody would answer. */
  get invitations() {
    const { with_bot: bot, anybody_there: there, invitations } = this.chat.meeting;
    return !this.isOpen && !this.chat.session.isRemembered && (bot || there) ? invitations : [];
  }

  invite(words) {
    this.chat.invited = words;
    this.invitation.invite(words);
  }

  open({ quietly = false } = {}) {
    this.isOpen = true;
    this.came();
    this.invitation.hide();
    this.panel.hidden = false;
    this.chat.store.set("open", true);
    if (this.chat.session.isIdentified || this.chat.session.isRemembered) this.chat.open();
    this.show();
    this.log.toEnd();
    if (!quietly) this.#focus();
    this.chat.lookAgain().catch(() => undefined);
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
    this.composer.box.hidden = Boolean(this.form.kind);
    for (const part of this.#parts) part.show();
    this.invitation.show();
    if (this.isOpen && !document.hidden) this.chat.see();
  }

  #build() {
    const { chat } = this;
    this.launcher = new Launcher(chat, () => (this.isOpen ? this.close() : this.open()));
    const accept = () => this.open();
    this.invitation = new InvitationBubble(chat, { accept, decline: () => this.#decline() });
    this.header = new Header(chat, { close: () => this.close(), mailTranscript: () => this.#transcript() });
    this.notice = new Notice(chat, () => this.#ask("message"));
    this.log = new Log(chat);
    this.rating = new Rating(chat);
    this.composer = new Composer(chat);
    this.form = new Form(chat, () => this.#filledIn());
    const parts = this.#parts.map((each) => each.box);
    const dialog = { is: "panel", hidden: true, attributes: { role: "dialog" }, aria: { labelledby: "title" } };
    this.panel = element("section", dialog, ...parts);
    this.panel.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("visibilitychange", () => this.changed());
    for (const change of ["online", "offline"]) window.addEventListener(change, () => chat.tryNow());
  }

  get #parts() {
    return [this.header, this.notice, this.log, this.rating, this.form, this.composer];
  }

  #focus() {
    if (this.form.kind) this.form.focus();
    else this.composer.input.focus();
  }

  #ask(kind) {
    this.form.ask(kind);
    this.show();
  }

  #filledIn() {
    this.show();
    this.#focus();
    this.log.toEnd();
  }

  /** Where we know her address it leaves at once. */
  #transcript() {
    if (!this.chat.thread.state.mail) return this.#ask("transcript");
    return this.chat.mailTranscript().catch((refused) => this.chat.complain(refused.message));
  }

  #decline() {
    this.came();
    this.chat.invited = "";
    this.invitation.hide();
    this.launcher.box.focus();
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
