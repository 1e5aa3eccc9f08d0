// Sends what waits in the queue, oldest first, one at a time, again after a silence.

// Refusals that a later try may not meet.
const PASSING = new Set(["too_many_requests", "unavailable", "internal"]);
const PAUSE = 2000;

export class Sender {
  #running = false;

  /**
   * `ask(item)` resolves to the server's answer, or null when none came.
   * `arrived(item, answer)` and `refused(item, error)` tell how it went; `wait(ms)` pauses.
   */
  constructor({ queue, ask, online, arrived, refused, silent, wait = sleep }) {
    Object.assign(this, { queue, ask, online, arrived, refused, silent, wait });
  }

  /** Work the queue off while the connection holds. Calling it twice sends nothing twice. */
  async flush() {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.online() && this.queue.next()) await this.#send(this.queue.next());
    } finally {
      this.#running = false;
    }
  }

  async #send(item) {
    const answer = await this.ask(item);
    if (!answer) {
      this.silent();
      await this.wait(PAUSE);
    } else if (!answer.error) {
      this.queue.remove(item.key);
      this.arrived(item, answer);
    } else if (PASSING.has(answer.error.code)) {
      await this.wait(PAUSE);
    } else {
      this.queue.refuse(item.key, answer.error.message);
      this.refused(item, answer.error);
    }
  }
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
