// The open conversation: shows its messages, keeps up with it live, and sends what was written.
import { bubble, dayOf, daySeparator, showDelivery, showState } from "./bubbles.js";
import { customerWrote } from "./channel.js";
import * as live from "./live.js";
import * as server from "./server.js";
import { createThread } from "./thread.js";
import { toast } from "./toast.js";
import { copyOf, word } from "./words.js";

const POLL_MILLISECONDS = 5000;
const NEAR_THE_END = 120;
const HELD_BACK = ["answered_meanwhile", "somebody_answers"];
let open = null;

class Conversation {
  constructor(element) {
    this.element = element;
    this.id = element.dataset.conversation;
    this.thread = createThread();
    this.list = element.querySelector("[data-messages]");
    this.view = element.querySelector("[data-thread]");
    this.down = element.querySelector("[data-down]");
    this.earlier = element.querySelector("[data-earlier]");
    this.readSeq = Number(element.querySelector("[data-read-seq]").dataset.readSeq);
    this.typists = new Map();
    this.catching = null;
    this.sending = Promise.resolve();
    this.attached = new Map();
    this.earlier.addEventListener("click", () => this.loadEarlier());
    this.down.addEventListener("click", () => this.scrollToEnd());
    this.view.addEventListener("scroll", () => this.isAtEnd && this.reachedEnd(), { passive: true });
    // A picture grows when it has come; whoever was at the end stays there.
    this.view.addEventListener("load", ({ target }) => this.isNearEnd(target.height) && this.scrollToEnd(), true);
    // So does she when a call to note, or files to send, take room below.
    this.height = this.view.clientHeight;
    new ResizeObserver(() => this.resized()).observe(this.view);
    this.start();
  }

  resized() {
    const shrunk = this.height - this.view.clientHeight;
    this.height = this.view.clientHeight;
    if (shrunk > 0 && this.isNearEnd(shrunk)) this.scrollToEnd();
  }

  get isAtEnd() {
    return this.isNearEnd(0);
  }

  isNearEnd(grown) {
    const below = this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight;
    return below < NEAR_THE_END + grown;
  }

  async start() {
    this.loading = this.load();
    await this.loading;
    await this.join();
  }

  async load() {
    try {
      const answer = await server.get(this.element.dataset.messagesUrl);
      this.list.replaceChildren(...this.list.querySelectorAll(".is-pending"));
      this.thread.load(answer.messages, answer.last_seq);
      this.readSeq = Math.max(this.readSeq, answer.conversation.customer_read_seq);
      this.append(answer.messages);
      this.scrollToEnd();
      this.earlier.hidden = !this.thread.hasEarlier;
    } catch (error) {
      toast(error.message, "danger");
    }
  }

  // Follow it live; what was said since the last message known comes with the answer. Not when she
  // has gone on to another meanwhile: colleagues would see her here.
  async join() {
    if (open !== this || !live.isConnected()) return;
    try {
      const answer = await live.ask("open", { conversation_id: this.id, after: this.thread.last });
      this.showViewers(answer.viewers);
      this.catchUp(answer);
      if (answer.more) await this.replay();
    } catch {
      await this.replay();
    }
    for (const draft of this.thread.unsent) this.queue(draft);
  }

  // Ask what is missing, page by page, over HTTP; at most once at a time.
  replay() {
    this.catching ??= this.askForMissing().finally(() => (this.catching = null));
    return this.catching;
  }

  async askForMissing() {
    let more = true;
    while (more && open === this) {
      const url = `${this.element.dataset.messagesUrl}?after=${this.thread.last}`;
      const answer = await server.get(url, { background: true }).catch(() => null);
      if (!answer) return;
      this.catchUp(answer);
      more = answer.more;
    }
  }

  catchUp(answer) {
    const lastSeq = answer.more ? 0 : answer.last_seq;
    const stay = this.isAtEnd;
    this.append(this.thread.catchUp(answer.messages, lastSeq));
    if (stay) this.scrollToEnd();
    if (answer.conversation?.customer_read_seq) this.customerRead(answer.conversation.customer_read_seq);
  }

  take(message) {
    const result = this.thread.take(message);
    if (result === "gap") this.replay();
    if (result !== "added") return;
    const stay = this.isAtEnd;
    this.append([message]);
    if (message.author.kind === "customer") {
      customerWrote();
      const suggestions = document.querySelector("[data-suggestions]");
      if (suggestions) window.htmx.trigger(suggestions, "customer-wrote");
    }
    this.typists.delete(message.author.name);
    this.showTyping();
    if (stay) this.scrollToEnd();
    else this.down.hidden = false;
  }

  append(messages) {
    for (const message of messages) {
      const item = this.placed(message);
      const pending = message.key && this.list.querySelector(`[data-key="${CSS.escape(message.key)}"]`);
      pending?.remove();
      const firstPending = this.list.querySelector(".is-pending");
      for (const each of this.withDay(item, firstPending)) this.list.insertBefore(each, firstPending);
    }
  }

  // What became known of a message after it was said: how far it came, files, an edit.
  changed(message) {
    const stay = this.isAtEnd;
    this.list.querySelector(`[data-seq="${message.seq}"]`)?.replaceWith(this.placed(message));
    if (stay) this.scrollToEnd();
  }

  withDay(item, before) {
    const previous = before ? before.previousElementSibling : this.list.lastElementChild;
    const known = previous && (previous.dataset.day || dayOf(previous.dataset.at));
    return known === dayOf(item.dataset.at) ? [item] : [daySeparator(item.dataset.at), item];
  }

  placed(message) {
    const item = bubble(message, this.element.dataset.attachmentsUrl);
    if (message.extra?.delivery) {
      showDelivery(item, message.extra.delivery);
    } else if (message.author.kind === "agent" && message.kind === "text") {
      showState(item, message.seq <= this.readSeq ? "read" : "sent");
    }
    return item;
  }

  async loadEarlier() {
    this.earlier.disabled = true;
    const url = `${this.element.dataset.messagesUrl}?before=${this.thread.first}`;
    const answer = await server.get(url).catch((error) => toast(error.message, "danger"));
    this.earlier.disabled = false;
    if (!answer) return;
    const height = this.view.scrollHeight;
    this.prepend(this.thread.takeEarlier(answer.messages));
    this.view.scrollTop += this.view.scrollHeight - height;
    this.earlier.hidden = !this.thread.hasEarlier;
  }

  prepend(messages) {
    const top = this.list.firstElementChild;
    if (top?.dataset.day && messages.some((message) => dayOf(message.at) === top.dataset.day)) top.remove();
    const anchor = this.list.firstElementChild;
    let day = null;
    for (const message of messages) {
      if (dayOf(message.at) !== day) this.list.insertBefore(daySeparator(message.at), anchor);
      day = dayOf(message.at);
      this.list.insertBefore(this.placed(message), anchor);
    }
  }

  // With the last message that she has seen: a colleague's newer answer holds hers back.
  send({ text, note, attachments, mentions = [] }) {
    const draft = {
      key: crypto.randomUUID(),
      text,
      note,
      attachments: attachments.map((each) => each.id),
      mentions,
      seen: this.thread.last,
    };
    this.thread.keep(draft);
    this.attached.set(draft.key, attachments);
    const item = bubble({
      kind: note ? "note" : "text",
      author: { kind: "agent", name: this.element.querySelector("[data-agent-name]").dataset.agentName },
      at: new Date().toISOString(),
      text,
      attachments,
    }, this.element.dataset.attachmentsUrl);
    item.classList.add("is-pending");
    item.dataset.key = draft.key;
    showState(item, "sending");
    this.list.append(item);
    this.scrollToEnd();
    this.queue(draft);
  }

  // One at a time: several at once may overtake each other on their way. Who was quicker than the
  // first page answers what it shows.
  queue(draft) {
    this.sending = Promise.all([this.sending, this.loading]).then(() => {
      draft.seen ||= this.thread.last;
      return this.thread.isUnsent(draft.key) && this.deliver(draft);
    });
  }

  // By socket, else by HTTP: the key makes both together one message.
  async deliver(draft) {
    const said = { conversation_id: this.id, ...draft };
    try {
      const { seq } = await live.ask("say", said).catch((error) => {
        if (error.refusal) throw error;
        return server.post(this.element.dataset.messagesUrl, draft);
      });
      this.thread.sent(draft.key);
      if (seq > this.thread.last) await this.replay();
      this.list.querySelector(`[data-key="${draft.key}"]`)?.remove();
    } catch (error) {
      this.notSent(draft, error);
    }
  }

  notSent(draft, error) {
    const item = this.list.querySelector(`[data-key="${draft.key}"]`);
    if (!item) return;
    if (open !== this) return this.leftBehind(draft);
    if (HELD_BACK.includes(error.refusal?.code)) return this.heldBack(draft, item, error.refusal.message);
    if (error.refusal?.message) toast(error.refusal.message, "danger");
    item.classList.add("is-failed");
    item.querySelector("[data-retry]")?.remove();
    const retry = copyOf("retry");
    retry.addEventListener("click", () => {
      retry.remove();
      item.classList.remove("is-failed");
      this.queue(draft);
    });
    item.append(retry);
  }

  // Whoever has gone on to another conversation finds it begun where she left it.
  leftBehind(draft) {
    this.thread.sent(draft.key);
    if (open?.id === this.id) return this.putBack(draft);
    toast(word("notSent", { text: draft.text }), "danger");
    const url = this.element.querySelector("[data-composer]").dataset.draftsUrl;
    return server.post(url, { kind: draft.note ? "note" : "reply", text: draft.text }).catch(() => undefined);
  }

  putBack(draft) {
    const detail = { text: draft.text, note: draft.note, files: this.attached.get(draft.key) };
    document.dispatchEvent(new CustomEvent("conversation:taken-back", { detail }));
  }

  // A colleague has answered, or is answering: what she says is shown, and nothing leaves unasked,
  // not even when the connection comes back.
  async heldBack(draft, item, message) {
    this.thread.sent(draft.key);
    await this.replay();
    item.querySelector("[data-held]")?.remove();
    const held = copyOf("held");
    held.querySelector("[data-why]").textContent = message;
    held.querySelector("[data-anyway]").addEventListener("click", () => {
      held.remove();
      this.thread.keep(Object.assign(draft, { anyway: true, seen: this.thread.last }));
      this.queue(draft);
    });
    held.querySelector("[data-take-back]").addEventListener("click", () => {
      item.remove();
      this.putBack(draft);
    });
    item.append(held);
    this.list.append(item);
    this.scrollToEnd();
  }

  scrollToEnd() {
    this.view.scrollTop = this.view.scrollHeight;
    this.reachedEnd();
  }

  reachedEnd() {
    this.down.hidden = true;
    const mayRead = document.querySelector("#chat-header")?.dataset.mayReply === "yes";
    if (!mayRead || document.hidden || !this.thread.last || this.reported === this.thread.last) return;
    this.reported = this.thread.last;
    const seq = this.thread.last;
    live.ask("read", { conversation_id: this.id, seq })
      .catch(() => server.post(this.element.dataset.readUrl, { seq }, { background: true }))
      .then(() => document.dispatchEvent(new CustomEvent("lists:mine-changed")))
      .catch(() => (this.reported = null));
  }

  customerRead(seq) {
    this.readSeq = Math.max(this.readSeq, seq);
    for (const item of this.list.querySelectorAll(".by-agent:not(.is-note):not(.is-pending)")) {
      const isCarried = item.querySelector("[data-delivery]"); // its provider tells how far it came
      if (!isCarried && Number(item.dataset.seq) <= this.readSeq && !item.querySelector(".delivery-read")) showState(item, "read");
    }
  }

  typing({ name, on }) {
    clearTimeout(this.typists.get(name));
    this.typists.delete(name);
    if (on) this.typists.set(name, setTimeout(() => this.typing({ name, on: false }), 6000));
    this.showTyping();
  }

  showTyping() {
    const line = this.element.querySelector("[data-typing]");
    const names = [...this.typists.keys()].join(", ");
    line.hidden = !names;
    line.textContent = names && word("typing", { name: names });
  }

  showViewers(names) {
    const others = (names || []).filter((name) => name !== this.element.querySelector("[data-agent-name]").dataset.agentName);
    this.viewers = names;
    const line = this.element.querySelector("[data-viewers-line]");
    if (!line) return;
    line.hidden = !others.length;
    line.lastElementChild.textContent = word("viewers", { names: others.join(", ") });
  }

  moved() {
    window.htmx.trigger("#chat-header", "conversation-changed");
    const calls = document.querySelector("#call-bar");
    if (calls) window.htmx.trigger(calls, "conversation-changed");
  }

  close() {
    for (const timer of this.typists.values()) clearTimeout(timer);
    live.say("close", { conversation_id: this.id });
  }
}

function follow() {
  const element = document.querySelector("[data-conversation]");
  if (open && open.element === element) return;
  open?.close();
  open = element ? new Conversation(element) : null;
  if (document.querySelector(".desk")) {
    history.replaceState(null, "", element ? `/desk/conversations/${element.dataset.conversation}` : "/desk/");
  }
  document.dispatchEvent(new CustomEvent("conversation:opened", { detail: element?.dataset.conversation }));
}

export function current() {
  return open;
}

const about = (handle) => ({ detail }) => open && detail.conversation_id === open.id && handle(detail);
document.addEventListener("live:message", about((message) => open.take(message)));
document.addEventListener("live:typing", about((detail) => open.typing(detail)));
document.addEventListener("live:read", about((detail) => detail.by === "customer" && open.customerRead(detail.seq)));
document.addEventListener("live:viewers", about((detail) => open.showViewers(detail.names)));
document.addEventListener("live:conversation", about(() => open.moved()));
document.addEventListener("live:message_changed", about((message) => open.changed(message)));
document.addEventListener("live:connected", () => open?.join());
document.addEventListener("visibilitychange", () => !document.hidden && open?.isAtEnd && open.reachedEnd());
document.addEventListener("htmx:afterSettle", (event) => {
  follow();
  if (event.target.id === "chat-header") open?.showViewers(open.viewers);
});
// It was hers to answer, somebody else has it now and she may see it no longer: the pane is for the
// next one. What she has resolved stays, so that she can open it again.
document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (elt.id !== "chat-header" || elt.dataset.mayReply !== "yes") return;
  if (![403, 404].includes(xhr.status)) return;
  event.stopPropagation();
  toast(word("gone"));
  window.htmx.ajax("GET", "/desk/", { target: "#chat", select: "#chat > *", swap: "innerHTML" });
}, true);
setInterval(() => open && !live.isConnected() && open.replay(), POLL_MILLISECONDS);
follow();
