// The reply field: reply or note, drafts, prepared replies, attachments, typing.
import { isWindowOpen, showLength } from "./channel.js";
import { filledIn, inserted, matching, wanted } from "./canned.js";
import { current } from "./conversation.js";
import { createDrafts } from "./drafts.js";
import { createFiles } from "./files.js";
import * as live from "./live.js";
import { Mentioning } from "./mentioning.js";
import { mark, moves } from "./menus.js";
import * as server from "./server.js";
import { toast } from "./toast.js";
import { copyOf, word } from "./words.js";

const TYPING_MILLISECONDS = 3000;

class Composer {
  constructor(form) {
    this.form = form;
    this.id = form.closest("[data-conversation]").dataset.conversation;
    this.field = form.querySelector("textarea[data-text]");
    this.replyPlaceholder = this.field.placeholder;
    this.menu = form.querySelector("[data-canned]");
    this.options = [...this.menu.querySelectorAll("[role=option]")];
    this.mentioning = new Mentioning(form, this.field, {
      isOn: () => this.mode === "note",
      put: (after) => this.put(after),
    });
    this.drafts = createDrafts(form.dataset.draftsUrl, () => this.draftsCame());
    this.files = createFiles(form, form.closest("[data-conversation]").dataset.uploadUrl);
    this.listen();
    this.ownershipChanged();
    this.drafts.load();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("blur", () => this.tellTyping(false));
    this.form.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    const tab = event.target.closest("[data-mode]");
    if (tab) this.choose(tab.dataset.mode, true);
    const option = event.target.closest("[data-canned] [role=option]");
    if (option) this.useCanned(option);
    if (event.target.closest("[data-show-canned]")) this.showCanned("");
    if (event.target.closest("[data-share-draft]")) this.share();
    const take = event.target.closest("[data-take-draft]");
    if (take) this.takeOver(take);
  }

  choose(mode, focus = false) {
    const isNote = mode === "note" || !this.mayReply;
    this.mode = isNote ? "note" : "reply";
    this.form.classList.toggle("is-note", isNote);
    for (const tab of this.form.querySelectorAll("[data-mode]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.mode === this.mode));
      tab.disabled = tab.dataset.mode === "reply" && !this.mayReply;
    }
    this.field.placeholder = isNote ? this.field.dataset.notePlaceholder : this.replyPlaceholder;
    this.field.value = this.drafts.text(this.mode);
    this.menu.hidden = true;
    this.mentioning.look();
    this.showShared();
    this.grow();
    if (focus) this.field.focus();
  }

  ownershipChanged() {
    const isMine = document.querySelector("#chat-header")?.dataset.mayReply === "yes";
    if (this.isMine !== isMine) this.mentioning.forget();
    this.isMine = isMine;
    this.mayReply = isMine && isWindowOpen();
    this.form.querySelector("[data-composer-closed]").hidden = isMine;
    if (!this.mode || this.form.querySelector("[data-mode=reply]").disabled === this.mayReply) {
      this.choose(this.mode === "note" && !this.mayReply ? "note" : "reply");
    }
  }

  typed() {
    this.keepDraft();
    this.grow();
    const before = this.field.value.slice(0, this.field.selectionStart);
    const prepared = wanted(before);
    if (prepared === null) this.menu.hidden = true;
    else this.showCanned(prepared);
    this.mentioning.typed();
    this.tellTyping(this.mode === "reply" && this.field.value !== "");
  }

  keepDraft() {
    this.drafts.keep(this.mode, this.field.value);
    this.showShared();
  }

  // From another of her devices, or a colleague's that is shared.
  draftsCame() {
    const text = this.drafts.text(this.mode);
    if (this.field.value !== text) {
      this.field.value = text;
      this.mentioning.look();
    }
    this.showShared();
    this.grow();
  }

  showShared() {
    const button = this.form.querySelector("[data-share-draft]");
    button.hidden = !this.field.value;
    button.setAttribute("aria-pressed", String(this.drafts.isShared(this.mode)));
    const list = this.form.querySelector("[data-shared-drafts]");
    list.replaceChildren(...this.drafts.shared.map((draft) => {
      const row = copyOf("shared-draft");
      row.querySelector("[data-name]").textContent = word("draftOf", { name: draft.name });
      row.querySelector("[data-body]").textContent = draft.text;
      row.querySelector("[data-take-draft]").dataset.takeDraft = draft.take_url;
      return row;
    }));
  }

  share() {
    this.drafts.share(this.mode, !this.drafts.isShared(this.mode));
    this.showShared();
  }

  async takeOver(button) {
    button.disabled = true;
    const taken = await server.post(button.dataset.takeDraft, {}).catch((error) => toast(error.message, "danger"));
    await this.drafts.load();
    if (taken) this.choose(taken.kind, true);
  }

  tellTyping(on) {
    const now = Date.now();
    if (on === this.toldTyping && (!on || now - this.toldAt < TYPING_MILLISECONDS)) return;
    if (!on && !this.toldTyping) return;
    this.toldTyping = on;
    this.toldAt = now;
    live.say("typing", { conversation_id: this.id, on });
  }

  grow() {
    showLength(this.mode === "reply" ? this.field.value.trim() : "");
    this.field.rows = Math.min(8, Math.max(2, this.field.value.split("\n").length));
  }

  pressed(event) {
    if (moves(event, this.menu, this.field, (option) => this.useCanned(option))) return;
    if (this.mentioning.pressed(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
    if (event.key === "Escape") this.field.blur();
  }

  showCanned(word) {
    const replies = this.options.map((option) => ({
      option,
      shortcut: option.dataset.shortcut,
      title: option.querySelector("b").textContent,
    }));
    const fitting = matching(replies, word).map((reply) => reply.option);
    for (const option of this.options) option.hidden = !fitting.includes(option);
    fitting[0]?.parentElement.prepend(...fitting);
    this.menu.hidden = !fitting.length;
    mark(this.menu, this.field, fitting[0]);
    this.field.focus();
  }

  useCanned(option) {
    const names = { customer: this.field.dataset.customerName, agent: this.field.dataset.agentName };
    this.insert(filledIn(option.dataset.body, names));
    this.menu.hidden = true;
  }

  // Put text where the caret is, in place of a "/word" before it.
  insert(text) {
    this.put(inserted(this.field.value, this.field.selectionStart, text));
  }

  put({ text, caret }) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(caret, caret);
    this.keepDraft();
    this.grow();
  }

  // What was held back, to be written anew.
  takeBack({ text, note, files }) {
    this.choose(note ? "note" : "reply", true);
    this.files.putBack(files);
    this.put({ text: [text, this.field.value].filter(Boolean).join("\n"), caret: text.length });
  }

  async send() {
    if (this.isAsking) return;
    this.isAsking = this.mode === "note" && this.field.value.includes("@");
    const isHeld = this.isAsking && (await this.mentioning.holds(this.field.value));
    this.isAsking = false;
    if (!isHeld && composer === this) this.sendNow();
  }

  sendNow() {
    const text = this.field.value.trim();
    if ((!text && !this.files.ready.length) || this.files.isBusy) return;
    const isNote = this.mode === "note";
    const mentions = this.mentioning.ids(text);
    current()?.send({ text, note: isNote, attachments: this.files.ready, mentions });
    this.field.value = "";
    this.files.clear();
    this.drafts.sent(this.mode);
    this.showShared();
    this.mentioning.look();
    this.tellTyping(false);
    this.grow();
  }
}

let composer = null;

function find() {
  const form = document.querySelector("[data-composer]");
  if (composer?.form !== form) {
    composer?.drafts.flush();
    composer = form && new Composer(form);
  } else composer?.ownershipChanged();
}

export function currentComposer() {
  return composer;
}

document.addEventListener("htmx:afterSettle", find);
document.addEventListener("live:draft", ({ detail }) => composer?.id === detail.conversation_id && composer.drafts.load());
document.addEventListener("live:connected", () => composer?.drafts.load());
document.addEventListener("conversation:taken-back", ({ detail }) => composer?.takeBack(detail));
window.addEventListener("pagehide", () => composer?.drafts.flush());
document.addEventListener("click", (event) => {
  const source = event.target.closest("[data-insert]");
  if (!source || !composer) return;
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  composer.insert(source.dataset.insert);
  if (source.dataset.usedUrl) tellUsed(source.dataset);
});

// Which answer an article went into: counted, and never in the way of the answer.
function tellUsed({ usedUrl, usedLanguage }) {
  server.form(usedUrl, { language: usedLanguage }, { background: true }).catch(() => undefined);
}
find();
