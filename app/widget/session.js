// Who the visitor is and which conversation is hers: opens it, remembers it, forgets it.
import { isSomebodyElse, isStale, subjectOf } from "./identity.js";

const HERS = ["token", "subject", "queue", "seen", "draft"];

export class Session {
  #identity;

  constructor({ tag, store, api }) {
    Object.assign(this, { tag, store, api });
    this.#identity = tag.identity;
  }

  /** Whether there is a conversation to show without her asking for it. */
  get isRemembered() {
    return Boolean(this.store.get("token"));
  }

  get isIdentified() {
    return Boolean(this.#identity || this.tag.identityUrl);
  }

  /** Remember nothing of a customer who is not the visitor any more. */
  async meet() {
    if (!this.#identity && this.tag.identityUrl) await this.#renew();
    const subject = subjectOf(this.#identity);
    if (isSomebodyElse(this.store.get("subject"), subject)) this.forget();
  }

  /** Opens or goes on with the conversation. Raises Refused. */
  async open(language, introduction) {
    if (this.#identity && isStale(this.#identity, Date.now() / 1000)) await this.#renew();
    const opened = await this.#ask(language, introduction);
    this.api.token = opened.token;
    this.store.set("token", opened.token);
    this.store.set("subject", opened.customer ? subjectOf(this.#identity) || null : null);
    return opened;
  }

  /** Whether another tab has opened a session since; ours is then over, but she is not gone. */
  get isReplaced() {
    const token = this.store.get("token");
    return Boolean(token) && token !== this.api.token;
  }

  /** Here and, when it can be reached, on the server: the token is good for nothing any more. */
  forget() {
    const token = this.store.get("token");
    if (token) this.api.leave(token).catch(() => undefined);
    this.api.token = "";
    this.store.forget(...HERS);
  }

  async #ask(language, introduction) {
    try {
      return await this.api.open(this.#asking(language, introduction));
    } catch (refused) {
      if (refused.code !== "bad_identity" || !(await this.#renew())) throw refused;
      return this.api.open(this.#asking(language, introduction));
    }
  }

  #asking(language, introduction) {
    const asking = { inbox: this.tag.inbox, language, ...introduction };
    if (this.#identity) asking.identity = this.#identity;
    const token = this.store.get("token");
    if (token) asking.resume = token;
    return asking;
  }

  /** A fresh identity from the operator's page; without an address to ask, the old one stays. */
  async #renew() {
    if (!this.tag.identityUrl) return false;
    try {
      const headers = { Accept: "application/json", "X-Background": "1" };
      const response = await fetch(this.tag.identityUrl, { credentials: "same-origin", headers });
      const identity = response.ok ? ((await response.json()).identity ?? "") : "";
      this.#identity = String(identity);
      return Boolean(identity);
    } catch {
      return false;
    }
  }
}
