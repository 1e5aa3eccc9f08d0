// Only what somebody does keeps her session alive: what the page fetches by itself, or because
// something was told it, says so.

const BY_PEOPLE = new Set(["click", "submit", "change", "input"]);

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get" && !BY_PEOPLE.has(detail.triggeringEvent?.type)) detail.headers["X-Background"] = "1";
});
