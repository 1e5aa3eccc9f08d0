"""New mails of a mailbox, by their UIDs (RFC 3501). The mailbox itself is left as it is."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any

from channels.email.dialing import TIMEOUT, Server
from channels.port import Call, ChannelDown, Undeliverable

METHOD = "IMAP"
# A mark that nothing comes after.
NEVER = "0.4294967294"
_LARGEST = 40 * 2**20
_MOST_AT_ONCE = 200
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_MARK = re.compile(r"(\d{1,10})\.(\d{1,10})")


def new_calls(
    server: Server, user: str, password: str, folder: str, after: str
) -> Iterator[tuple[str, Call]]:
    """At most some hundreds, oldest first. A mark is UIDVALIDITY and UID; with another validity
    the mailbox was made anew and is read from its start. Never asked: what nobody has read yet."""
    with _errors_by_class(), _session(server, user, password) as session:
        _done(session.select(f'"{_quoted(folder)}"', readonly=True))
        validity = (session.response("UIDVALIDITY")[1] or [b""])[-1] or b"0"
        for uid in _uids_after(session, validity.decode(), after):
            raw = _fetched(session, uid)
            if raw is not None:
                url = f"imap://{server.host}/{folder};UIDVALIDITY={validity.decode()}/;UID={uid}"
                yield f"{validity.decode()}.{uid}", Call(METHOD, url, {}, raw)


def _uids_after(session: imaplib.IMAP4, validity: str, after: str) -> list[int]:
    mark = _MARK.fullmatch(after)
    known = int(mark[2]) if mark and (mark[1] == validity or after == NEVER) else 0
    wanted = "UNSEEN" if mark is None else f"UID {known + 1}:*"
    found = _done(session.uid("SEARCH", wanted))
    # "7:*" gives the last one even when that is 6.
    uids = sorted(int(each) for each in (found[0] or b"").split() if int(each) > known)
    return uids[:_MOST_AT_ONCE]


def _fetched(session: imaplib.IMAP4, uid: int) -> bytes | None:
    """Without marking it as read; of a giant only the headers; None when it has gone meanwhile."""
    told = _done(session.uid("FETCH", str(uid), "(RFC822.SIZE)"))
    size = next((_SIZE.search(each) for each in told if isinstance(each, bytes)), None)
    piece = "HEADER" if size and int(size[1]) > _LARGEST else ""
    told = _done(session.uid("FETCH", str(uid), f"(BODY.PEEK[{piece}])"))
    return next((each[1] for each in told if isinstance(each, tuple)), None)


@contextmanager
def _session(server: Server, user: str, password: str) -> Iterator[imaplib.IMAP4]:
    with (_PinnedTls if server.tls == "tls" else _Pinned)(server) as session:
        if server.tls == "starttls":
            session.starttls(ssl.create_default_context())
        try:
            session.login(user, password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise Undeliverable("The mailbox refuses our password.", code="imap_login") from error
        yield session


class _Pinned(imaplib.IMAP4):
    """Speaks to the address that was looked at."""

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout=TIMEOUT)

    def _create_socket(self, timeout: float | None) -> socket:
        return self._server.connect()


class _PinnedTls(_Pinned):
    def _create_socket(self, timeout: float | None) -> socket:
        plain = super()._create_socket(timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


@contextmanager
def _errors_by_class() -> Iterator[None]:
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise ChannelDown(str(error)[:300]) from error
    except imaplib.IMAP4.error as error:
        raise Undeliverable(str(error)[:300], code="imap") from error
    except OSError as error:
        raise ChannelDown(f"{type(error).__name__}: {error}"[:300]) from error


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    status, told = answer
    if status != "OK":
        raise imaplib.IMAP4.error(str(told[0] if told else status))
    return told


def _quoted(folder: str) -> str:
    return folder.replace("\\", "\\\\").replace('"', '\\"')
