// What the page fetches by itself says so: it must not keep the session of somebody at lunch alive.

const BY_ITSELF = new Set(["load", "queue-changed", "mine-changed", "conversation-changed", "customer-changed"]);

document.addEventListener("htmx:configRequest", (event) => {
  const cause = event.detail.triggeringEvent?.type;
  if (event.detail.verb === "get" && (!cause || BY_ITSELF.has(cause))) event.detail.headers["X-Background"] = "1";
});
