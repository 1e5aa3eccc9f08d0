// The reply field: reply or note, drafts, prepared replies, attachments, typing.
import { isWindowOpen, showLength } from "./channel.js";
import { filledIn, inserted, matching, wanted } from "./canned.js";
import { current } from "./conversation.js";
import * as drafts from "./drafts.js";
import { createFiles } from "./files.js";
import * as live from "./live.js";

const TYPING_MILLISECONDS = 3000;

class Composer {
  constructor(form) {
    this.form = form;
    this.id = form.closest("[data-conversation]").dataset.conversation;
    this.field = form.querySelector("textarea[data-text]");
    this.replyPlaceholder = this.field.placeholder;
    this.menu = form.querySelector("[data-canned]");
    this.options = [...this.menu.querySelectorAll("[role=option]")];
    this.files = createFiles(form, form.closest("[data-conversation]").dataset.uploadUrl);
    this.listen();
    this.ownershipChanged();
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
    this.field.value = drafts.kept(this.id, this.mode);
    this.grow();
    if (focus) this.field.focus();
  }

  ownershipChanged() {
    const isMine = document.querySelector("#chat-header")?.dataset.mayReply === "yes";
    this.mayReply = isMine && isWindowOpen();
    this.form.querySelector("[data-composer-closed]").hidden = isMine;
    if (!this.mode || this.form.querySelector("[data-mode=reply]").disabled === this.mayReply) {
      this.choose(this.mode === "note" && !this.mayReply ? "note" : "reply");
    }
  }

  typed() {
    drafts.keep(this.id, this.mode, this.field.value);
    this.grow();
    const word = wanted(this.field.value.slice(0, this.field.selectionStart));
    if (word === null) this.menu.hidden = true;
    else this.showCanned(word);
    this.tellTyping(this.mode === "reply" && this.field.value !== "");
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
    if (!this.menu.hidden && this.movesInMenu(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
    if (event.key === "Escape") this.field.blur();
  }

  movesInMenu(event) {
    const shown = this.options.filter((option) => !option.hidden);
    const at = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(shown[(at + step + shown.length) % shown.length]);
    else if (event.key === "Escape") this.menu.hidden = true;
    else if ((event.key === "Enter" || event.key === "Tab") && shown[at]) this.useCanned(shown[at]);
    else return false;
    event.preventDefault();
    return true;
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
    this.mark(fitting[0]);
    this.field.focus();
  }

  mark(option) {
    for (const each of this.options) each.setAttribute("aria-selected", String(each === option));
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
  }

  useCanned(option) {
    const names = { customer: this.field.dataset.customerName, agent: this.field.dataset.agentName };
    this.insert(filledIn(option.dataset.body, names));
    this.menu.hidden = true;
  }

  // Put text where the caret is, in place of a "/word" before it.
  insert(text) {
    const after = inserted(this.field.value, this.field.selectionStart, text);
    this.field.value = after.text;
    this.field.focus();
    this.field.setSelectionRange(after.caret, after.caret);
    drafts.keep(this.id, this.mode, this.field.value);
    this.grow();
  }

  send() {
    const text = this.field.value.trim();
    if ((!text && !this.files.ready.length) || this.files.isBusy) return;
    current()?.send({ text, note: this.mode === "note", attachments: this.files.ready });
    this.field.value = "";
    this.files.clear();
    drafts.keep(this.id, this.mode, "");
    this.tellTyping(false);
    this.grow();
  }
}

let composer = null;

function find() {
  const form = document.querySelector("[data-composer]");
  if (composer?.form !== form) composer = form && new Composer(form);
  else composer?.ownershipChanged();
}

export function currentComposer() {
  return composer;
}

document.addEventListener("htmx:afterSettle", find);
document.addEventListener("click", (event) => {
  const source = event.target.closest("[data-insert]");
  if (!source || !composer) return;
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  composer.insert(source.dataset.insert);
});
find();
