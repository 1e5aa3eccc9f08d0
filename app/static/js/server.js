// Requests that modules make themselves: our token, our JSON, and a refusal as an error.

function headers(background) {
  const shared = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  return { ...shared, Accept: "application/json", ...(background ? { "X-Background": "1" } : {}) };
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw Object.assign(new Error(body.message || response.statusText), { refusal: body });
}

export async function get(url, { background = false } = {}) {
  return answer(await fetch(url, { headers: headers(background) }));
}

export async function post(url, data, { background = false, keepalive = false } = {}) {
  const sent = { ...headers(background), "Content-Type": "application/json" };
  return answer(await fetch(url, { method: "POST", headers: sent, body: JSON.stringify(data), keepalive }));
}

export async function form(url, data, { background = false } = {}) {
  return answer(await fetch(url, { method: "POST", headers: headers(background), body: new URLSearchParams(data) }));
}

// Upload one file; `progress` is told percent. XMLHttpRequest, because fetch tells no progress.
export function upload(url, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers(false))) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress((event.loaded / event.total) * 100);
    request.onload = () =>
      request.status < 300 ? resolve(request.response) : reject(new Error(request.response?.message || ""));
    request.onerror = () => reject(new Error(""));
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}
