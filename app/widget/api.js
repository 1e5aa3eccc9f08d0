// The HTTP part of the conversation with Dialtone: opening, files, rating, language.

export class Refused extends Error {
  constructor(status, { code = "unavailable", message = "" } = {}) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  constructor(base) {
    this.base = base;
    this.token = "";
  }

  /** How the widget of an inbox looks and speaks, before anybody has said a word. */
  face(inbox, language) {
    const query = new URLSearchParams({ language });
    return this.#ask(`/chat/inbox/${encodeURIComponent(inbox)}?${query}`);
  }

  open(what) {
    return this.#post("/chat/session", what);
  }

  rate(score, comment) {
    return this.#post("/chat/rating", { score, comment });
  }

  speak(language) {
    return this.#post("/chat/language", { language });
  }

  /** What the help says to a question. */
  answers(what) {
    return this.#post("/chat/answers", what);
  }

  /** What was asked in the end, and whether one of the answers was opened. */
  met(what) {
    return this.#post("/chat/answers/met", what);
  }

  /** For a person to answer by mail. */
  leaveMessage(what) {
    return this.#post("/chat/left", what);
  }

  /** By mail; resolves to where it went, covered. */
  transcript(email) {
    return this.#post("/chat/transcript", { email });
  }

  /** End a session for good, whoever is in the widget now. */
  leave(token) {
    return this.#ask("/chat/leave", { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  }

  async attachment(id) {
    const response = await this.#fetch(`/chat/attachments/${encodeURIComponent(id)}`, {});
    return response.blob();
  }

  /** `progress` is told the share sent so far, 0 to 1. Returns {done, cancel}. */
  upload(file, progress) {
    const request = new XMLHttpRequest();
    const done = new Promise((resolve, reject) => {
      request.open("POST", `${this.base}/chat/upload`);
      request.setRequestHeader("Authorization", `Bearer ${this.token}`);
      request.responseType = "json";
      request.upload.onprogress = (event) => progress(event.loaded / Math.max(event.total, 1));
      request.onload = () =>
        request.status < 300
          ? resolve(request.response)
          : reject(new Refused(request.status, request.response ?? {}));
      request.onerror = () => reject(new Refused(0));
      request.onabort = () => reject(new Refused(0, { code: "cancelled" }));
      const form = new FormData();
      form.append("file", file);
      request.send(form);
    });
    return { done, cancel: () => request.abort() };
  }

  #post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #ask(path, options = {}) {
    const response = await this.#fetch(path, options);
    return response.status === 204 ? {} : response.json();
  }

  async #fetch(path, options) {
    const headers = { ...options.headers };
    if (this.token) headers.Authorization ??= `Bearer ${this.token}`;
    let response;
    try {
      response = await fetch(this.base + path, { ...options, headers, credentials: "omit" });
    } catch {
      throw new Refused(0);
    }
    if (response.ok) return response;
    throw new Refused(response.status, await response.json().catch(() => ({})));
  }
}
