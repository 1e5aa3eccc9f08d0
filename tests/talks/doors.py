"""By what she writes: the site's chat, a telephone's messages, mails, a call. Each really is what a
customer uses; the answers are read from the database, by state.py."""

import re
import time
from typing import Protocol
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import jwt
import socketio
from sqlalchemy import func, select

from app.conversations.identity import ALGORITHM, AUDIENCE
from app.conversations.models import Author, Conversation, Inbox, Message
from app.core import db
from app.demo.stack import Stack
from app.demo.world import sandbox
from tests.talks.people import Person
from tests.talks.script import Talk

SECONDS = 60
IDENTITY_SECONDS = 240
TOO_MANY = 429


class Door(Protocol):
    conversation_id: UUID | None

    def say(self, text: str, payload: str = "") -> int:
        """Returns the number of her message in the conversation."""

    def close(self) -> None: ...


def door_of(talk: Talk, person: Person | None, stack: Stack) -> Door:
    if talk.channel == "webchat":
        return Chat(talk, person, stack)
    assert person is not None, "a stranger has no telephone"
    doors = {"email": Mails, "voice": Call}
    return doors.get(talk.channel, Phone)(talk, person, stack)


class Chat:
    """The widget on the operator's site, over its sockets."""

    def __init__(self, talk: Talk, person: Person | None, stack: Stack) -> None:
        query = select(Inbox).where(Inbox.channel == "webchat", Inbox.market_code == talk.market)
        inbox = db.session.scalars(query).one()
        sent = {"inbox": inbox.key, "language": talk.language}
        if person is not None and (talk.who or {}).get("signed_in", True):
            sent["identity"] = _signed(inbox, person.reference)
        origin = {"Origin": stack.world_url}
        opened = _opened(f"{stack.url}/chat/session", sent, origin)
        self.conversation_id: UUID | None = UUID(opened.json()["conversation_id"])
        self._client = socketio.SimpleClient(
            websocket_extra_options={"origin": stack.world_url, "http_no_proxy": ["localhost"]}
        )
        self._client.connect(
            f"http://localhost:{stack.sockets_port}",
            auth={"token": opened.json()["token"]},
            transports=["websocket"],
            namespace="/chat",
        )

    def say(self, text: str, payload: str = "") -> int:
        told = {"text": text, "key": str(uuid4())} | ({"payload": payload} if payload else {})
        answer = self._client.call("say", told, timeout=SECONDS)
        return int(answer["seq"])

    def close(self) -> None:
        self._client.disconnect()


def _opened(address: str, sent: dict[str, str], origin: dict[str, str]) -> httpx.Response:
    """Everybody comes from one address here, which is asked to wait when it opens too many."""
    while True:
        answer = httpx.post(address, json=sent, headers=origin, timeout=30, trust_env=False)
        if answer.status_code != TOO_MANY:
            return answer
        time.sleep(int(answer.headers["Retry-After"]))


def _signed(inbox: Inbox, reference: str) -> str:
    now = int(time.time())
    claims = {"iss": inbox.key, "aud": AUDIENCE, "sub": reference, "iat": now}
    return jwt.encode({**claims, "exp": now + IDENTITY_SECONDS}, inbox.secret, algorithm=ALGORITHM)


class _Browser:
    """One of the sandbox's pages, and its forms."""

    def __init__(self, talk: Talk, person: Person, stack: Stack) -> None:
        self.talk, self.person = talk, person
        self.conversation_id: UUID | None = None
        self._http = httpx.Client(
            base_url=stack.world_url, trust_env=False, timeout=30, follow_redirects=True
        )
        self._last_seq = 0
        self.page = ""

    def open(self, path: str) -> str:
        self.page = self._http.get(path).text
        return self.page

    def send(self, path: str, **form: str) -> None:
        [token, *_] = re.findall(r'name="csrf" value="([^"]+)"', self.page)
        answer = self._http.post(path, data={"csrf": token, **form})
        assert answer.is_success, answer.text[:500]
        self.page = answer.text

    def wait_for_arrival(self) -> int:
        """Her message reached the conversation, which is new the first time."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if (seq := self._arrived()) > self._last_seq:
                self._last_seq = seq
                return seq
            time.sleep(0.05)
        raise TimeoutError(f"nothing arrived by {self.talk.channel}")

    def _arrived(self) -> int:
        with db.transaction():
            bare = func.replace(Conversation.address, "+", "")
            mine = (self.person.lines[0].removeprefix("+"), self.person.email)
            query = select(Conversation.id).where(
                Conversation.channel == self.talk.channel,
                bare.in_(mine) | (Conversation.customer_id == UUID(self.person.customer_id)),
            )
            self.conversation_id = db.session.scalar(query)
            said = select(Message.seq).where(
                Message.conversation_id == self.conversation_id,
                Message.author == Author.CUSTOMER,
            )
            return db.session.scalar(said.order_by(Message.seq.desc()).limit(1)) or 0

    def close(self) -> None:
        self._http.close()


class Phone(_Browser):
    """SMS, WhatsApp and the social channels of her telephone. A button's title is typed."""

    def say(self, text: str, payload: str = "") -> int:
        self.open(f"/phone/?number={quote(self.person.lines[0])}")
        self.send("/phone/messages", channel=self.talk.channel, text=text)
        return self.wait_for_arrival()


class Mails(_Browser):
    def say(self, text: str, payload: str = "") -> int:
        number = quote(self.person.lines[0])
        self.open(f"/mailbox/?number={number}&address={quote(self.person.email)}")
        to = sandbox.reached("email", self.talk.market)
        assert to is not None
        self.send("/mailbox/mails", to=to.account, subject="Aurora", text=text)
        return self.wait_for_arrival()


class Call(_Browser):
    def __init__(self, talk: Talk, person: Person, stack: Stack) -> None:
        super().__init__(talk, person, stack)
        self.open(f"/phone/call?market={talk.market}&number={quote(person.lines[0])}")
        self.send("/phone/call/ring")

    def say(self, text: str, payload: str = "") -> int:
        self.send("/phone/call/answer", how="say", said=text)
        return self.wait_for_arrival()
