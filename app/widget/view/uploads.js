// Files on their way into the next message, each with its progress and a way out.
import { element, iconButton } from "./element.js";

const MOST_FILES = 10;
const LARGEST = 25 * 1024 * 1024;

export class Uploads {
  constructor(chat, changed) {
    Object.assign(this, { chat, changed });
    this.files = [];
    this.list = element("ul", { is: "uploads", hidden: true });
  }

  get areUnderWay() {
    return this.files.some((each) => !each.uploaded);
  }

  async add(files) {
    if (!(await this.chat.open())) return;
    for (const file of files) this.#begin(file);
  }

  /** What was uploaded, leaving nothing behind. */
  take() {
    const uploaded = this.files.map((each) => each.uploaded);
    this.files = [];
    this.#show();
    return uploaded;
  }

  #begin(file) {
    if (this.files.length >= MOST_FILES) return this.chat.complain(this.chat.words("too_many_files"));
    if (file.size > LARGEST) return this.chat.complain(this.chat.words("file_too_large"));
    const bar = element("progress", { max: 1, value: 0, aria: { label: file.name } });
    const entry = { bar, uploaded: null };
    const upload = this.chat.api.upload(file, (share) => {
      bar.value = share;
    });
    entry.row = this.#row(file, entry, upload);
    this.files.push(entry);
    this.#show();
    return this.#finish(entry, upload);
  }

  async #finish(entry, upload) {
    try {
      entry.uploaded = await upload.done;
      entry.bar.remove();
    } catch (refused) {
      if (refused.code !== "cancelled") this.chat.complain(refused.message);
      this.#remove(entry);
    }
    this.changed();
  }

  #row(file, entry, upload) {
    const cancel = () => (entry.uploaded ? this.#remove(entry) : upload.cancel());
    return element(
      "li",
      {},
      element("span", { is: "file-name", textContent: file.name }),
      entry.bar,
      iconButton("close", this.chat.words("remove_file", { name: file.name }), { on: { click: cancel } }),
    );
  }

  #remove(entry) {
    this.files = this.files.filter((each) => each !== entry);
    this.#show();
  }

  #show() {
    this.list.hidden = this.files.length === 0;
    this.list.replaceChildren(...this.files.map((each) => each.row));
    this.changed();
  }
}
