"""E-mail for those without a provider: their own servers, SMTP out and IMAP in."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, localtime
from socket import socket
from urllib.parse import urlsplit

from channels.email import authenticity, imap
from channels.email import inbox as inboxes
from channels.email.arriving import events_of
from channels.email.composing import Letter, letter, one_line
from channels.email.dialing import TIMEOUT, Server
from channels.email.headers import addresses_of
from channels.email.inbox import Inbox
from channels.email.reading import headers_only, read
from channels.port import (
    Abilities,
    Answer,
    BadSignature,
    Call,
    ChannelDown,
    Event,
    Media,
    Outbound,
    Provider,
    Setting,
    Undeliverable,
)

_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}


class Mailserver:
    """`authserv_id` is the name under which our own MX writes its Authentication-Results; without
    it nobody's address is vouched for."""

    def __init__(self, settings: Mapping[str, str], api_base: str | None) -> None:
        self._settings = settings
        self._inbox = Inbox.of(settings)
        self._out, self._in = _servers(settings, api_base)

    def admit(self, call: Call) -> Answer | None:
        """What we fetched ourselves; nobody calls us."""
        if call.method != imap.METHOD:
            raise BadSignature
        return None

    def read(self, call: Call) -> tuple[Event, ...]:
        mail = read(call.body)
        head = headers_only(call.body)
        ours = self._settings.get("authserv_id", "").strip()
        domain = mail.sender.address.rpartition("@")[2].lower() if mail.sender else ""
        delivered = (*addresses_of(head, "Delivered-To"), *addresses_of(head, "X-Original-To"))
        return events_of(
            mail,
            self._inbox,
            raw=call.body,
            envelope_to=tuple(each.address for each in delivered),
            vouched=bool(ours) and authenticity.by_header(head, ours, domain),
        )

    def answer(self, call: Call) -> Answer:
        return Answer()

    def new_calls(self, after: str) -> Iterator[tuple[str, Call]]:
        if self._in is None:
            return
        yield from imap.new_calls(
            self._in,
            self._settings.get("imap_user", "") or self._settings.get("smtp_user", ""),
            self._settings.get("imap_password", "") or self._settings.get("smtp_password", ""),
            self._settings.get("imap_folder", "") or "INBOX",
            after,
        )

    def send(self, message: Outbound) -> str:
        ready = letter(message, self._inbox)
        mail = self._mail(ready)
        with _errors_by_class(), self._session() as session:
            refused = session.send_message(
                mail, self._inbox.address, [ready.recipient, *ready.copied]
            )
        if ready.recipient in refused:  # and only those on copy have it
            raise _of_class(*refused[ready.recipient])
        return ready.message_id

    def fetch(self, media: Media) -> Media:
        if media.content is None:
            raise Undeliverable("Files come with their mail.", code="no_content")
        return media

    def check(self) -> None:
        with _errors_by_class(), self._session() as session:
            session.noop()
        if self._in is not None:
            next(self.new_calls(imap.NEVER), None)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        kind = _PinnedTls if self._out.tls == "tls" else _Pinned
        with kind(self._out, self._inbox.address.rpartition("@")[2]) as session:
            if self._out.tls == "starttls":
                session.starttls(context=ssl.create_default_context())
            if user := self._settings.get("smtp_user", ""):
                session.login(user, self._settings.get("smtp_password", ""))
            yield session

    def _mail(self, ready: Letter) -> EmailMessage:
        plain = (self._inbox.address + ready.recipient + "".join(ready.copied)).isascii()
        mail = EmailMessage(policy=_POLICY if plain else _POLICY.clone(utf8=True))
        mail["From"] = _address(self._inbox.address, one_line(self._inbox.name))
        mail["To"] = _address(ready.recipient)
        if ready.copied:
            mail["Cc"] = [_address(each) for each in ready.copied]
        mail["Reply-To"] = _address(ready.reply_to)
        mail["Subject"] = ready.subject
        mail["Date"] = format_datetime(localtime())
        for name, value in ready.headers.items():
            mail[name] = value
        mail.set_content(ready.text)
        mail.add_alternative(ready.html, subtype="html")
        for file in ready.files:
            main, _, sub = file.media_type.partition("/")
            if main in {"message", "multipart"}:
                main, sub = "application", "octet-stream"
            mail.add_attachment(file.content or b"", maintype=main, subtype=sub, filename=file.name)
        return mail


def _address(address: str, name: str = "") -> Address:
    """Whole addresses the standard library checks more strictly than the world does."""
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


class _Names(UnstructuredHeader, BaseHeader):
    """Names and addresses of machines, one a line: the standard library encodes long ones as if
    they were words, and then nobody finds the mail that is answered."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("message-id", "in-reply-to", "references", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _Names)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class _Pinned(smtplib.SMTP):
    """Speaks to the address that was looked at."""

    def __init__(self, server: Server, ourselves: str) -> None:
        self._server = server
        super().__init__(server.host, server.port, ourselves, timeout=TIMEOUT)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        return self._server.connect()


class _PinnedTls(_Pinned):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        plain = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


@contextmanager
def _errors_by_class() -> Iterator[None]:
    """4xx may pass another time and 5xx never will (RFC 5321)."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _of_class(code, said) from error
    except smtplib.SMTPResponseException as error:
        raise _of_class(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Undeliverable(str(error), code="not_supported") from error
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelDown(f"{type(error).__name__}: {error}"[:300]) from error


def _of_class(code: int, said: bytes | str) -> ChannelDown | Undeliverable:
    reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if 500 <= code < 600:
        return Undeliverable(one_line(reason)[:500], code=str(code))
    return ChannelDown(f"{code} {one_line(reason)}"[:500])


def _servers(settings: Mapping[str, str], api_base: str | None) -> tuple[Server, Server | None]:
    """Those of the settings, which may not be in our own network; or `api_base`, by which the
    deployment itself names them: `smtp://host:port imap://host:port`, with smtps and imaps for
    TLS from the first byte, else as the settings say."""
    if api_base:
        found = {}
        for each in api_base.split():
            url = urlsplit(each)
            kind = url.scheme.rstrip("s")
            told = settings.get(f"{kind}_tls", "").strip().lower() or "none"
            tls = "tls" if url.scheme.endswith("s") else told
            ports = _PORTS if kind == "smtp" else _IMAP_PORTS
            found[kind] = Server(url.hostname or "", url.port or ports[tls], tls, trusted=True)
        return found["smtp"], found.get("imap")
    out = _server(settings, "smtp", "starttls", _PORTS)
    incoming = _server(settings, "imap", "tls", _IMAP_PORTS) if settings.get("imap_host") else None
    return out, incoming


def _server(settings: Mapping[str, str], kind: str, usual: str, ports: Mapping[str, int]) -> Server:
    tls = settings.get(f"{kind}_tls", "").strip().lower() or usual
    if tls not in ports:
        raise Undeliverable(f"{kind}_tls is one of {', '.join(ports)}.", code="bad_setting")
    port = settings.get(f"{kind}_port", "").strip()
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Undeliverable(f"{kind}_port is no port.", code="bad_setting")
    return Server(settings[f"{kind}_host"].strip(), int(port or ports[tls]), tls)


PROVIDER = Provider(
    kind="email",
    name="smtp",
    settings=(
        *inboxes.SETTINGS,
        Setting("smtp_host"),
        Setting("smtp_port", optional=True),
        Setting("smtp_tls", optional=True),
        Setting("smtp_user", optional=True),
        Setting("smtp_password", secret=True, optional=True),
        Setting("imap_host", optional=True),
        Setting("imap_port", optional=True),
        Setting("imap_tls", optional=True),
        Setting("imap_user", optional=True),
        Setting("imap_password", secret=True, optional=True),
        Setting("imap_folder", optional=True),
        Setting("authserv_id", optional=True),
    ),
    abilities=Abilities(longest=100_000, media=True, subjects=True),
    open=Mailserver,
)
