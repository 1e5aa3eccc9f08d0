// The sandbox's telephone: the same calls without sound, asked for at the demo's own provider.
const EVERY = 1000;

export function sandboxDevice(access, hear) {
  let known = null;

  async function ask(path, method = "GET") {
    const answer = await fetch(`${access.url}/client/${path}`, {
      method,
      headers: { Authorization: `Bearer ${access.token}` },
    });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
    return answer.json();
  }

  function tell({ call }) {
    const before = known;
    const same = before?.leg === call?.leg;
    known = call; // before others hear: they may answer at once
    if (before && !same) hear({ type: "ended" });
    if (call && !same) hear({ type: "ringing", caller: call.caller, about: call.about });
    const talked = same && before?.state === "talking";
    if (call?.state === "talking" && !talked) hear({ type: "accepted", at: Date.now() });
  }

  const look = () => ask("call").then(tell, () => {});
  const doing = (deed) => () => known && ask(`calls/${known.sid}/${deed}`, "POST").then(tell, () => {});
  setInterval(look, EVERY);
  look();
  return { accept: doing("accept"), reject: doing("reject"), hangUp: doing("hang_up"), mute: () => {}, digit: () => {} };
}
