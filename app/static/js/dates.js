// Beside each date to be chosen, the same in words: the browser writes its fields in its own order.
import { dateWords } from "./date_words.js";

const DATES = 'input[type="date"], input[type="datetime-local"]';
const { locale } = document.documentElement.dataset;

function say(field) {
  let said = field.nextElementSibling;
  if (!said?.matches(".date-words")) {
    said = document.createElement("output");
    said.className = "date-words";
    said.htmlFor = field.id;
    field.after(said);
  }
  said.textContent = dateWords(field.value, locale);
}

const sayAll = (root) => root.querySelectorAll(DATES).forEach(say);

document.addEventListener("input", (event) => event.target.matches(DATES) && say(event.target));
document.addEventListener("htmx:load", (event) => sayAll(event.target));
sayAll(document);
