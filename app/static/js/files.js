// Attachments of the reply being written: by button, drop or paste, with progress.
import { upload } from "./server.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const LARGEST = 25 * 1024 * 1024;

export function createFiles(form, url) {
  const list = form.querySelector("[data-files]");
  const input = form.querySelector("[data-file-input]");
  const row = form.querySelector("[data-file-row]");
  const files = new Map();

  async function add(file) {
    if (file.size > LARGEST) return toast(word("tooLarge"), "warning");
    const item = show(file.name, null);
    const progress = item.querySelector("progress");
    try {
      const kept = await upload(url, file, (percent) => (progress.value = percent));
      if (files.has(item)) files.set(item, kept);
      progress.remove();
    } catch (error) {
      remove(item);
      toast(error.message || word("notUploaded"), "danger");
    }
    return undefined;
  }

  function show(name, kept) {
    const item = row.content.cloneNode(true).firstElementChild;
    item.querySelector("[data-name]").textContent = name;
    item.querySelector("[data-remove-file]").addEventListener("click", () => remove(item));
    list.append(item);
    files.set(item, kept);
    return item;
  }

  function remove(item) {
    files.delete(item);
    item.remove();
  }

  form.querySelector("[data-attach]").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    [...input.files].forEach(add);
    input.value = "";
  });
  const area = form.closest("[data-conversation]");
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("is-dropping");
  });
  area.addEventListener("dragleave", (event) => {
    if (!area.contains(event.relatedTarget)) area.classList.remove("is-dropping");
  });
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("is-dropping");
    [...event.dataTransfer.files].forEach(add);
  });
  form.addEventListener("paste", (event) => [...event.clipboardData.files].forEach(add));

  return {
    get ready() {
      return [...files.values()].filter(Boolean);
    },
    get isBusy() {
      return [...files.values()].some((kept) => !kept);
    },
    // Those of a message that was not sent.
    putBack(before) {
      for (const kept of before) show(kept.name, kept).querySelector("progress").remove();
    },
    clear() {
      files.clear();
      list.replaceChildren();
    },
  };
}
