// A command that wants to know again who you are: asks in a dialog, then repeats the same request.
import { openDialog } from "./dialogs.js";

const NEEDED = "step_up_needed";
const DIALOG = "step-up";
let waiting = null;

const dialog = () => document.getElementById(DIALOG);
const refusalOf = (xhr) => xhr.getResponseHeader("X-Refusal");

// Before anything else looks at the answer: forms made before carry the old session's token.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const fresh = event.detail.xhr.getResponseHeader("X-Fresh-CSRF-Token");
  if (!fresh) return;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": fresh }));
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = fresh;
});

// In the capture phase, so that it is not told as an error too.
document.addEventListener(
  "htmx:responseError",
  (event) => {
    const { xhr, requestConfig, elt } = event.detail;
    if (refusalOf(xhr) === NEEDED) {
      event.stopImmediatePropagation();
      waiting = { elt, verb: requestConfig.verb, path: requestConfig.path, values: requestConfig.parameters };
      dialog().innerHTML = xhr.responseText;
      openDialog(DIALOG);
    } else if (waiting && requestConfig.headers["X-Confirmation"]) {
      event.stopImmediatePropagation();
      told(new DOMParser().parseFromString(xhr.responseText, "text/html").body.textContent.trim(), refusalOf(xhr));
    }
  },
  true,
);

function told(text, refusal) {
  if (refusal !== "bad_code" && refusal !== "locked") {
    // It was you, and the command itself is refused: that belongs to the form behind.
    dialog().close();
    document.dispatchEvent(new CustomEvent("refused", { detail: { text } }));
    return;
  }
  const place = dialog().querySelector("[data-step-up-error]");
  place.textContent = text;
  place.hidden = false;
  dialog().querySelector("[name=confirmation]").select();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-step-up]");
  if (!form || !waiting) return;
  event.preventDefault();
  const { elt, verb, path, values } = waiting;
  const source = document.contains(elt) ? elt : document.body;
  const headers = { "X-Confirmation": form.elements.confirmation.value.replaceAll(" ", "") };
  // As form data, so that a field with several values keeps them all.
  window.htmx.ajax(verb, path, { source, values, headers });
});

// Whoever said yes and then who she is, is not asked for her yes again.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.etc.headers?.["X-Confirmation"]) return;
  event.preventDefault();
  event.detail.issueRequest(true);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.detail.requestConfig.headers["X-Confirmation"]) return;
  waiting = null;
  dialog().close();
});
