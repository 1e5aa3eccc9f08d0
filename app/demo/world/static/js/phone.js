// Shows what was said since, without taking the words out of the sender's hands.
const EVERY = 2000;

function toTheEnd(talk) {
  talk.scrollTop = talk.scrollHeight;
}

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const talk of document.querySelectorAll("[data-live]")) {
    const now = fresh.querySelector(`[data-live="${talk.dataset.live}"]`);
    const inUse = talk.contains(document.activeElement) || talk.querySelector("details[open]");
    if (!now || inUse || now.innerHTML === talk.innerHTML) continue;
    talk.innerHTML = now.innerHTML;
    toTheEnd(talk);
  }
}

document.querySelectorAll("[data-live]").forEach(toTheEnd);
setInterval(() => {
  if (!document.hidden) look().catch(() => {});
}, EVERY);
