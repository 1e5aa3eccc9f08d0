// Dialtone's chat widget: one <script> tag on the operator's page starts it.
import { Api } from "./api.js";
import { pause } from "./backoff.js";
import { Chat } from "./chat.js";
import { Inviter } from "./invitations.js";
import { Session } from "./session.js";
import { Store, browserStorage, visitStorage } from "./store.js";
import { readTag } from "./tag.js";
import { Widget } from "./view/widget.js";

const tag = readTag(document.currentScript);

function build() {
  const api = new Api(tag.base);
  const store = new Store(tag.inbox, browserStorage());
  const session = new Session({ tag, store, api });
  const parts = { tag, store, api, session };
  let widget = null;
  const chat = new Chat({
    ...parts,
    changed: () => widget?.changed(),
    complain: (words) => widget?.notice.complain(words),
    tell: (words) => widget?.notice.tell(words),
  });
  const inviter = new Inviter({
    offered: () => widget.invitations,
    memory: new Store(tag.inbox, visitStorage()),
    invite: ({ words }) => widget.invite(words),
  });
  widget = new Widget(chat, () => inviter.stop());
  return { chat, widget, inviter };
}

/** An inbox that refuses this page shows nothing; a Dialtone that is away is asked again. */
async function start({ chat, widget, inviter }, attempt = 0) {
  try {
    await chat.dress();
    widget.enter();
    inviter.start();
    document.addEventListener("click", (event) => {
      if (event.target.closest?.("[data-dialtone-open]")) widget.open();
    });
  } catch (refused) {
    const passing = refused.status === 0 || refused.status >= 500;
    if (passing) setTimeout(() => start({ chat, widget, inviter }, attempt + 1), pause(attempt));
    else console.warn(`Dialtone: ${refused.code} ${refused.message}`);
  }
}

function whenReady(begin) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}

if (tag.inbox && !document.getElementById("dialtone-widget")) whenReady(() => start(build()));
