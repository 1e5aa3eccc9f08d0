// Tells the help what was looked for once it is typed, and whether an answer was opened. No cookie,
// no name: it is how gaps in the help are seen.
import * as server from "./server.js";

const SETTLED_AFTER = 2500;

export function follow(field, { url, openedUrl, send = server.post, wait = SETTLED_AFTER }) {
  let timer = null;
  let noted = { words: "", id: null };

  async function note() {
    clearTimeout(timer);
    const words = field.value.trim();
    if (words.length < 3 || words === noted.words) return noted.id;
    noted = { words, id: null };
    const answer = await send(url, { q: words }, { background: true }).catch(() => ({}));
    if (noted.words === words) noted.id = answer.id ?? null;
    return noted.id;
  }

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(note, wait);
  }

  async function opened() {
    const id = await note();
    if (id) await send(openedUrl, { id }, { background: true }).catch(() => undefined);
  }

  field.addEventListener("input", typed);
  if (field.value) typed();
  return { note, opened };
}

if (typeof document !== "undefined") {
  const field = document.querySelector("[data-help-search]");
  const found = document.querySelector("[data-help-found]");
  if (field && found) {
    const search = follow(field, { url: field.dataset.helpSearch, openedUrl: field.dataset.helpOpened });
    found.addEventListener("click", async (event) => {
      const link = event.target.closest("[data-answer]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      await Promise.race([search.opened(), new Promise((done) => setTimeout(done, 700))]);
      location.assign(link.href);
    });
  }
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
}
