// What the customer wrote and the server has not confirmed. It outlives the page.

const MOST_WAITING = 100;

export class Queue {
  #keep;

  /** `keep(items)` stores them after every change; `items` is what was stored before. */
  constructor(items, keep) {
    this.items = Array.isArray(items) ? items.filter((each) => each?.key) : [];
    this.#keep = keep;
  }

  /** Returns the item, or null when far too much waits already. */
  add({ key, text, payload, attachments = [], at }) {
    if (this.items.length >= MOST_WAITING) return null;
    const item = { key, text, attachments, at };
    if (payload) item.payload = payload;
    this.items.push(item);
    this.#keep(this.items);
    return item;
  }

  /** The oldest that may still be sent. */
  next() {
    return this.items.find((each) => !each.refused) ?? null;
  }

  has(key) {
    return this.items.some((each) => each.key === key);
  }

  /** It arrived, or the customer gave it up. */
  remove(key) {
    if (!this.has(key)) return;
    this.items = this.items.filter((each) => each.key !== key);
    this.#keep(this.items);
  }

  /** The server said no for good; it stays to be seen, with the reason. */
  refuse(key, reason) {
    this.#mark(key, reason);
  }

  retry(key) {
    this.#mark(key, undefined);
  }

  #mark(key, reason) {
    this.items = this.items.map((each) => {
      const { refused: _before, ...item } = each;
      if (each.key !== key) return each;
      return reason ? { ...item, refused: reason } : item;
    });
    this.#keep(this.items);
  }
}
