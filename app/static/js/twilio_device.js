// A telephone in this browser by Twilio's Voice SDK, which is loaded only here.
// `connected(on)` is told whether calls can reach it; the SDK tries again by itself.

export async function twilioDevice(access, library, renew, hear, connected) {
  await load(library);
  const device = new window.Twilio.Device(access.token, { closeProtection: true, codecPreferences: ["opus", "pcmu"] });
  let call = null;
  device.on("registered", () => connected(true));
  device.on("error", () => connected(false));
  device.on("tokenWillExpire", () => renew().then((fresh) => device.updateToken(fresh.token), () => {}));
  device.on("incoming", (incoming) => {
    if (call) return incoming.reject();
    call = incoming;
    const over = () => {
      if (call !== incoming) return;
      call = null;
      hear({ type: "ended" });
    };
    for (const name of ["cancel", "reject", "disconnect", "error"]) incoming.on(name, over);
    incoming.on("accept", () => hear({ type: "accepted", at: Date.now() }));
    const about = incoming.customParameters.get("about") ?? "";
    hear({ type: "ringing", caller: incoming.parameters.From ?? "", about });
  });
  await device.register().catch(() => connected(false));
  return {
    accept: () => call?.accept(),
    reject: () => call?.reject(),
    hangUp: () => call?.disconnect(),
    mute: (on) => call?.mute(on),
    digit: (key) => call?.sendDigits(key),
  };
}

function load(source) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: source, onload: resolve });
    script.onerror = () => reject(new Error("the telephone's library did not load"));
    document.head.append(script);
  });
}
