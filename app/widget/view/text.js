// A message's words with its web addresses as links.
import { parts } from "../links.js";
import { element } from "./element.js";

export function textWithLinks(text) {
  return parts(text).map(({ text: words, href }) =>
    href
      ? element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", textContent: words })
      : document.createTextNode(words),
  );
}
