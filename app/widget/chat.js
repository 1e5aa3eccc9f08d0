// The conversation in one hand: session, live line, thread and queue, and what the view asks of them.
import { pause } from "./backoff.js";
import { CatchUp } from "./catch_up.js";
import { Connection } from "./connection.js";
import { newKey } from "./key.js";
import { Queue } from "./queue.js";
import { Sender } from "./sender.js";
import { Thread } from "./thread.js";
import { speaker } from "./words.js";

const TYPING_LASTS = 7000;
const SILENCES = 2;
// Shorter interruptions are nobody's business.
const LATE_AFTER = 1500;
// Not everybody asks at the same moment for what was missed.
const SPREAD = 10_000;

export class Chat {
  #attempts = 0;
  #late = 0;
  #missing = 0;
  #opening = null;
  #silences = 0;
  #typingEnds = 0;

  /** `changed()` is called when there is something new to show, `complain(text)` when all is not
   * well, `tell(text)` when it is. */
  constructor({ tag, store, api, session, changed, complain, tell }) {
    Object.assign(this, { tag, store, api, session, changed, complain, tell });
    this.phase = "idle"; // idle, opening, ready, failed
    this.problem = "";
    this.theme = {};
    this.meeting = { before: {}, topics: [], invitations: [], with_bot: true };
    this.introduction = {};
    this.invited = ""; // the words that made her come
    this.language = store.get("language") ?? tag.language;
    this.words = speaker({});
    this.customer = null;
    this.typing = null;
    this.isLate = false;
    this.#begin();
  }

  get isLive() {
    return this.line.isUp;
  }

  get unread() {
    return this.thread.unread(this.seen);
  }

  /** Whether she has to say who she is before she may write. */
  get needsIntroduction() {
    const known = this.phase === "ready" || this.session.isIdentified || this.session.isRemembered;
    return !known && Object.keys(this.meeting.before).length > 0;
  }

  /** Whether nobody is there, and a message for later would be taken. */
  get isAway() {
    const { status, by_mail: byMail } = this.thread.state;
    const { takes_messages: takes, anybody_there: there } = this.meeting;
    return Boolean(takes) && !there && !byMail && status !== "open";
  }

  /** Whether leaving a message is all that can be done. */
  get leavesMessage() {
    return this.isAway && !this.meeting.with_bot && this.thread.messages.length === 0;
  }

  /** Whether she may have by mail what was said here. */
  get hasTranscript() {
    if (!this.meeting.mails || !this.thread.messages.length) return false;
    return this.thread.hasPerson || Boolean(this.customer);
  }

  /** How the widget looks and speaks before the conversation is open. */
  async dress() {
    await this.session.meet();
    this.#begin();
    this.#wear(await this.api.face(this.tag.inbox, this.language));
    if (this.session.isRemembered || this.queue.items.length) this.open();
  }

  /** Have the conversation open; asked twice it opens once. */
  open() {
    if (this.phase === "ready") return Promise.resolve(true);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Write something. It is shown at once and sent as soon as it can be. */
  write(text, { payload, attachments } = {}) {
    const at = new Date().toISOString();
    const added = this.queue.add({ key: newKey(), text, payload, attachments, at });
    this.changed();
    this.open().then(() => this.sender.flush());
    return Boolean(added);
  }

  /** A form was filled in. Resolves to whether that went well; what did not is complained of. */
  async fill(kind, { text, ...given }) {
    try {
      if (kind === "transcript") return await this.mailTranscript(given.email);
      this.introduction = given;
      if (!(await this.open())) return false;
      if (kind === "message") await this.#leaveMessage(text, given);
      return true;
    } catch (refused) {
      this.complain(refused.message);
      return false;
    }
  }

  async mailTranscript(email = "") {
    const { address } = await this.api.transcript(email);
    this.thread.change({ mail: address });
    this.tell(this.words("transcript_sent", { address }));
    return true;
  }

  /** Who is there may have changed since. */
  async lookAgain() {
    this.#wear(await this.api.face(this.tag.inbox, this.language));
  }

  retry(key) {
    this.queue.retry(key);
    this.changed();
    this.sender.flush();
  }

  discard(key) {
    this.queue.remove(key);
    this.changed();
  }

  tellTyping(on) {
    if (this.isLive) this.line.tell("typing", { on });
  }

  /** Everything up to now is before the customer's eyes. */
  see() {
    if (this.seen >= this.thread.lastSeq) return;
    this.seen = this.thread.lastSeq;
    this.store.set("seen", this.seen);
    this.#tellSeen();
    this.changed();
  }

  async speak(language) {
    this.language = language;
    this.store.set("language", language);
    const known = this.phase === "ready";
    this.#wear(known ? await this.api.speak(language) : await this.api.face(this.tag.inbox, language));
  }

  async rate(score, comment) {
    await this.api.rate(score, comment);
    this.thread.change({ can_rate: false });
    this.changed();
  }

  tryNow() {
    if (this.phase === "ready") this.line.restart();
    else this.open();
  }

  #begin() {
    this.line?.close();
    this.thread = new Thread();
    this.seen = this.store.get("seen", 0);
    this.queue = new Queue(this.store.get("queue", []), (items) => this.store.set("queue", items));
    this.line = new Connection(this.#ears());
    this.catchUp = new CatchUp(this.thread, (after) => this.line.ask("replay", { after }));
    this.sender = new Sender({
      queue: this.queue,
      ask: (item) => this.#send(item),
      online: () => this.isLive,
      arrived: (item, answer) => this.#arrived(item, answer),
      refused: () => this.changed(),
      silent: () => this.#heardNothing(),
    });
  }

  async #open() {
    this.phase = "opening";
    this.problem = "";
    this.changed();
    try {
      this.#start(await this.session.open(this.language, this.introduction));
      return true;
    } catch (refused) {
      this.#notOpened(refused);
      return false;
    }
  }

  #start(opened) {
    this.phase = "ready";
    this.customer = opened.customer;
    if (opened.last_seq < this.seen) this.seen = 0; // another conversation than the one remembered
    this.thread.start({ ...opened, can_rate: opened.can_rate ?? false });
    this.#wear(opened);
    this.line.open(opened.sockets_url, opened.token);
  }

  /** Once, however often it is tried. */
  async #leaveMessage(text, given) {
    this.leftKey ??= newKey();
    const stands = await this.api.leaveMessage({ key: this.leftKey, text, ...given });
    this.leftKey = null;
    this.thread.change(stands);
    await this.#missed();
  }

  #notOpened(refused) {
    if (refused.status === 400 && !this.session.isIdentified) return this.#askAgain(refused);
    const passing = refused.status === 0 || refused.status === 429 || refused.status >= 500;
    this.phase = passing ? "opening" : "failed";
    this.problem = refused.message;
    this.#down();
    if (passing) setTimeout(() => this.open(), pause(this.#attempts++));
  }

  /** What she wrote in the form does not do, or the talk it belonged to is over. */
  #askAgain(refused) {
    if (this.session.isRemembered) this.session.forget();
    else this.complain(refused.message);
    this.phase = "idle";
    return this.changed();
  }

  #wear({ theme, language, texts, meeting }) {
    this.theme = theme ?? this.theme;
    this.meeting = meeting ?? this.meeting;
    this.language = language ?? this.language;
    if (texts) this.words = speaker(texts);
    this.changed();
  }

  #send({ key, text, payload, attachments }) {
    const saying = { key, text };
    if (payload) saying.payload = payload;
    if (attachments.length) saying.attachments = attachments.map((each) => each.id);
    return this.line.ask("say", saying);
  }

  /** Show it in its place without waiting for the room's echo. */
  #arrived({ key, text, attachments, at }, { seq, id }) {
    this.#silences = 0;
    const author = { kind: "customer", name: this.customer?.first_name ?? "" };
    this.#hear({ id, seq, key, kind: "text", author, text, extra: {}, attachments, at });
    this.see();
  }

  #heardNothing() {
    this.#silences += 1;
    if (this.#silences >= SILENCES) {
      this.#silences = 0;
      this.line.restart();
    }
  }

  #hear(message) {
    const found = this.thread.receive(message);
    if (found === "gap") this.#missed();
    if (message.key) this.queue.remove(message.key);
    if (message.author.kind !== "customer") this.typing = null;
    this.changed();
  }

  async #missed() {
    await this.catchUp.run();
    this.changed();
  }

  #ears() {
    return {
      up: () => this.#up(),
      down: () => this.#down(),
      refused: () => this.#lost(),
      message: (message) => this.#hear(message),
      typing: (news) => this.#types(news),
      read: ({ seq }) => this.#told(() => this.thread.readUpTo(seq)),
      conversation: (news) => this.#told(() => this.thread.change(news)),
      missed: () => this.#askLater(),
      signed_out: () => this.#signedOut(),
    };
  }

  #down() {
    this.#late ||= setTimeout(() => this.#told(() => (this.isLate = !this.isLive)), LATE_AFTER);
    this.changed();
  }

  async #up() {
    this.#attempts = 0;
    clearTimeout(this.#late);
    this.#late = 0;
    this.isLate = false;
    this.changed();
    await this.#missed();
    this.sender.flush();
    if (this.seen > this.thread.toldSeq) this.#tellSeen(); // it was lost on the way
  }

  /** Something was said that nobody could be told of. */
  #askLater() {
    this.#missing ||= setTimeout(() => {
      this.#missing = 0;
      if (this.isLive) this.#up();
    }, Math.random() * SPREAD);
  }

  #tellSeen() {
    this.line.ask("read", { seq: this.seen });
  }

  #types({ who, name, on }) {
    clearTimeout(this.#typingEnds);
    this.typing = on ? { who, name } : null;
    if (on) this.#typingEnds = setTimeout(() => this.#types({ on: false }), TYPING_LASTS);
    this.changed();
  }

  #told(change) {
    change();
    this.changed();
  }

  /** The line does not take our token: open the session again, in a moment. */
  #lost() {
    this.line.close();
    this.phase = "opening";
    this.changed();
    setTimeout(() => {
      this.phase = "idle";
      this.open();
    }, pause(this.#attempts++));
  }

  #signedOut() {
    if (this.session.isReplaced) return this.#lost();
    this.line.close();
    this.session.forget();
    this.customer = null;
    this.#begin();
    this.phase = "idle";
    return this.changed();
  }
}
