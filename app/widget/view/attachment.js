// A file in a message: a picture as a thumbnail, anything else by its name; fetched with our token.
import { fileSize } from "../words.js";
import { drawing, element } from "./element.js";

const SHOWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export function attachmentView(chat, file) {
  const size = fileSize(file.size, chat.language || undefined);
  const button = element(
    "button",
    { type: "button", is: "file", title: file.name, on: { click: () => save(chat, file) } },
    drawing("file"),
    element("span", { is: "file-name", textContent: file.name }),
    element("span", { is: "file-size", textContent: size }),
  );
  if (SHOWN.has(file.media_type)) showPicture(chat, file, button);
  return button;
}

async function showPicture(chat, file, button) {
  try {
    const picture = element("img", { is: "thumbnail", alt: file.name });
    picture.src = URL.createObjectURL(await chat.api.attachment(file.id));
    await picture.decode();
    button.classList.add("picture");
    button.replaceChildren(picture);
  } catch {
    // The name stays: it can still be saved, and a later click says why not.
  }
}

async function save(chat, file) {
  try {
    const address = URL.createObjectURL(await chat.api.attachment(file.id));
    const link = element("a", { href: address, download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (refused) {
    chat.complain(refused.message);
  }
}
