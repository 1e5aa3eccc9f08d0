// What the browser remembers for one inbox, in localStorage under a prefix; nothing when it may not.

export class Store {
  #prefix;
  #storage;

  constructor(inbox, storage) {
    this.#prefix = `dialtone:${inbox}:`;
    this.#storage = storage;
  }

  get(name, otherwise = null) {
    try {
      const kept = this.#storage.getItem(this.#prefix + name);
      return kept === null ? otherwise : JSON.parse(kept);
    } catch {
      return otherwise;
    }
  }

  set(name, value) {
    try {
      if (value === null || value === undefined) this.#storage.removeItem(this.#prefix + name);
      else this.#storage.setItem(this.#prefix + name, JSON.stringify(value));
    } catch {
      // Private windows and full disks: the chat works, it just does not remember.
    }
  }

  forget(...names) {
    for (const name of names) this.set(name, null);
  }
}

/** What is forgotten when the visit is over. */
export function visitStorage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** localStorage, or nothing at all where the browser forbids even looking at it. */
export function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
