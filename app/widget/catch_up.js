// Asks for what was missed until nothing is missing; many reasons to ask make one conversation.

export class CatchUp {
  #running = null;
  #again = false;

  /** `ask(after)` resolves to the server's answer, or null when none came. */
  constructor(thread, ask) {
    this.thread = thread;
    this.ask = ask;
  }

  /** Resolves to whether everything is here now. */
  run() {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#ask().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #ask() {
    do {
      this.#again = false;
      let more = true;
      while (more) {
        const answer = await this.ask(this.thread.lastSeq);
        if (!answer || answer.error) return false;
        more = this.thread.catchUp(answer);
      }
    } while (this.#again);
    return true;
  }
}
