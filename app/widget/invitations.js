// When to invite a visitor to talk: by the page she is on and how long she has been there.

/** Whether a path is one that a pattern means, in which `*` stands for anything. */
export function matches(pattern, path) {
  const [first, ...rest] = pattern.split("*");
  if (!path.startsWith(first)) return false;
  if (rest.length === 0) return path === first;
  const last = rest.pop();
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}

/** The first invitation that is due, or null. */
export function due(invitations, path, seconds) {
  return invitations.find((each) => seconds >= each.seconds && matches(each.page, path)) ?? null;
}

/** Counts the seconds that a page is looked at, and calls `invite(invitation)` once a visit. */
export class Inviter {
  #path = "";
  #seconds = 0;

  /** `offered()` gives the invitations of now; `memory` forgets when the visit is over. */
  constructor({ offered, memory, invite, here = () => location.pathname, seen = () => !document.hidden }) {
    Object.assign(this, { offered, memory, invite, here, seen });
  }

  start() {
    this.timer = setInterval(() => this.tick(), 1000);
  }

  /** A second has passed. */
  tick() {
    if (this.memory.get("invited")) return this.stop();
    if (this.here() !== this.#path) {
      this.#path = this.here();
      this.#seconds = 0;
    }
    if (!this.seen()) return undefined;
    const found = due(this.offered(), this.#path, this.#seconds);
    this.#seconds += 1;
    if (found) this.#invite(found);
    return undefined;
  }

  /** She came by herself, or was invited: enough for this visit. */
  stop() {
    this.memory.set("invited", true);
    clearInterval(this.timer);
  }

  #invite(found) {
    this.stop();
    this.invite(found);
  }
}
