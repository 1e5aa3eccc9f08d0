// Passkeys: made, and used to come in or to confirm. Buttons show themselves where there are any.
import { post } from "./server.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const plain = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const described = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  });
  return {
    ...named(made),
    response: {
      clientDataJSON: plain(made.response.clientDataJSON),
      attestationObject: plain(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function sign(options) {
  const signed = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: described(options.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = signed.response;
  return {
    ...named(signed),
    response: {
      clientDataJSON: plain(clientDataJSON),
      authenticatorData: plain(authenticatorData),
      signature: plain(signature),
      userHandle: userHandle ? plain(userHandle) : null,
    },
  };
}

function named(credential) {
  return { id: credential.id, rawId: plain(credential.rawId), type: credential.type };
}

// One at a time, and what went wrong stands beside the button.
async function trying(element, act) {
  const place = (element.closest("[data-passkey-place]") ?? element).querySelector("[data-passkey-error]");
  const button = element.matches("button") ? element : element.querySelector("[type=submit]");
  place.hidden = true;
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    place.textContent = error.refusal?.message || element.dataset.failed;
    place.hidden = false;
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-passkey-sign]");
  if (!button) return;
  trying(button, async () => {
    const sends = JSON.parse(button.dataset.sends);
    const asked = sends.pending ? { pending: sends.pending } : {};
    const credential = await sign(await post(button.dataset.options, asked));
    location.assign((await post(button.dataset.finish, { ...sends, credential })).go);
  });
});

// In a dialog the field's form is submitted by its own module, on a page by the browser.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-passkey-confirm]");
  if (!button) return;
  trying(button, async () => {
    const credential = await sign(JSON.parse(button.dataset.passkeyConfirm));
    const form = button.closest("form");
    const field = form.elements.confirmation ?? hidden(form);
    field.removeAttribute("maxlength");
    field.type = "hidden";
    field.value = `passkey:${plain(new TextEncoder().encode(JSON.stringify(credential)))}`;
    form.requestSubmit();
    button.disabled = false;
  });
});

function hidden(form) {
  const field = document.createElement("input");
  field.name = "confirmation";
  form.append(field);
  return field;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-passkey-make]");
  if (!form) return;
  event.preventDefault();
  trying(form, async () => {
    const credential = await make(JSON.parse(form.dataset.options));
    location.assign((await post(form.dataset.finish, { name: form.elements.name.value, credential })).go);
  });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-download-codes]");
  if (!button) return;
  const codes = [...document.querySelectorAll("[data-codes] li")].map((item) => item.textContent);
  const link = document.createElement("a");
  link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(`${codes.join("\n")}\n`)}`;
  link.download = button.dataset.name;
  link.click();
});

// Before there was somebody to listen, the browser would have sent the form itself.
function show(root) {
  for (const button of root.querySelectorAll("[data-needs-script]")) {
    button.disabled = false;
    button.removeAttribute("data-needs-script");
  }
  if (!window.PublicKeyCredential) return;
  for (const button of root.querySelectorAll("[data-passkey-sign], [data-passkey-confirm]")) button.hidden = false;
}

show(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node instanceof Element) show(node.parentElement ?? node);
}).observe(document.body, { childList: true, subtree: true });
