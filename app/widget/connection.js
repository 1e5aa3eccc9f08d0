// The live line to Dialtone: WebSocket only, back within seconds after every interruption.
import { io } from "socket.io-client";

const ANSWER_WITHIN = 6000;

export class Connection {
  #socket = null;
  #hears;

  /** `hears` has a function for each event, and up, down and refused(code) for the line itself. */
  constructor(hears) {
    this.#hears = hears;
  }

  get isUp() {
    return Boolean(this.#socket?.connected);
  }

  open(url, token) {
    this.close();
    // Half of the delay is chance: 0.5 to 1.5 s at first, 5 s at most.
    const socket = io(`${url}/chat`, {
      auth: { token },
      transports: ["websocket"],
      reconnectionDelay: 1000,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      timeout: 8000,
      forceNew: true,
    });
    this.#socket = socket;
    socket.on("connect", () => this.#hears.up());
    socket.on("disconnect", () => this.#hears.down());
    socket.on("connect_error", (error) => {
      this.#hears.down();
      if (error.data?.code) this.#hears.refused(error.data.code);
    });
    for (const name of ["message", "typing", "read", "conversation", "missed", "signed_out"]) {
      socket.on(name, (news) => this.#hears[name](news));
    }
  }

  /** The server's answer, or null when none came in time. */
  async ask(event, data) {
    if (!this.isUp) return null;
    try {
      return await this.#socket.timeout(ANSWER_WITHIN).emitWithAck(event, data);
    } catch {
      return null;
    }
  }

  /** Said once; nobody minds when it gets lost. */
  tell(event, data) {
    this.#socket?.volatile.emit(event, data);
  }

  /** Try now instead of when the pause is over; also breaks a line that looks alive and is not. */
  restart() {
    this.#socket?.disconnect().connect();
  }

  close() {
    this.#socket?.disconnect();
    this.#socket = null;
  }
}
