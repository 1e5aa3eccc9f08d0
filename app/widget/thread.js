// A conversation as the browser knows it: messages in order, each once, and what state it is in.

const MOST_KEPT = 500;

export class Thread {
  constructor() {
    this.messages = [];
    this.lastSeq = 0;
    this.readSeq = 0;
    this.toldSeq = 0; // up to where the server knows that she has seen them
    this.state = { status: "bot", agent: null, position: null, wait: null, opens_at: null, by_mail: null, mail: null, can_rate: false };
  }

  /** Begin with what the server hands over at the start. */
  start({ messages, last_seq: lastSeq, ...rest }) {
    this.messages = [];
    this.lastSeq = this.readSeq = this.toldSeq = 0;
    for (const message of messages) this.#add(message);
    this.lastSeq = Math.max(this.lastSeq, lastSeq); // one may have come while it was put together
    this.change(rest);
  }

  /** One live message: "added", "known" (seen before), or "gap" (something is missing before it). */
  receive(message) {
    if (message.seq <= this.lastSeq) return "known";
    if (message.seq > this.lastSeq + 1) return "gap";
    this.#add(message);
    return "added";
  }

  /** An answer to a replay; internal notes leave holes in its numbers. Returns whether to ask on. */
  catchUp({ messages, last_seq: lastSeq, more, conversation }) {
    const before = this.lastSeq;
    for (const message of messages) {
      if (message.seq > this.lastSeq) this.#add(message);
    }
    if (!more) this.lastSeq = Math.max(this.lastSeq, lastSeq);
    if (conversation) this.change(conversation);
    return Boolean(more) && this.lastSeq > before;
  }

  /** What the server says of the conversation itself; fields it leaves out stay as they are. */
  change(news) {
    for (const field of Object.keys(this.state)) {
      if (news[field] !== undefined) this.state[field] = news[field];
    }
    if (news.read_seq !== undefined) this.readUpTo(news.read_seq);
    if (news.customer_read_seq !== undefined) this.toldSeq = Math.max(this.toldSeq, news.customer_read_seq);
  }

  readUpTo(seq) {
    this.readSeq = Math.max(this.readSeq, seq);
  }

  /** Whether a person of theirs has answered. */
  get hasPerson() {
    return this.messages.some((each) => each.kind === "text" && each.author.kind === "agent");
  }

  /** How many messages from others came after the last one the customer has seen. */
  unread(seenSeq) {
    return this.messages.filter(
      (each) => each.seq > seenSeq && each.kind === "text" && each.author.kind !== "customer",
    ).length;
  }

  /** The buttons on offer: only those of the very last text, the others are answered already. */
  offered() {
    const last = this.messages.filter((each) => each.kind === "text").at(-1);
    if (!last || last.author.kind === "customer") return null;
    return last.extra?.buttons?.length ? last : null;
  }

  #add(message) {
    this.messages.push(message);
    const isAnswer = message.kind === "text" && message.author.kind !== "customer";
    if (isAnswer) this.readUpTo(message.seq); // whoever answers has read
    if (message.author.kind === "customer" && this.state.status === "resolved") {
      this.change({ status: "bot", agent: null, can_rate: false }); // writing opens it again
    }
    if (this.messages.length > MOST_KEPT) this.messages.shift();
    this.lastSeq = message.seq;
  }
}
