"""A mail of ours before any provider has it: its words, its headers, and where answers go.

Nothing that came from outside reaches a header with a line break in it.
"""

import re
from dataclasses import dataclass
from html import escape

from channels.email.charsets import clean
from channels.email.inbox import Inbox
from channels.email.parts import safe_name
from channels.port import Media, Outbound, Thread, Undeliverable

_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]{1,64}@[^\s<>,;:\"()\[\]\\@]{1,250}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_ANSWER = re.compile(r"^(?:re|aw|sv|rv|res|resp|ref|r)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_ONE_CLICK = re.compile(r"https://[!-;=?-~]{1,900}")
_MOST_REFERENCES = 20
_LONGEST_SUBJECT = 250


@dataclass(frozen=True, slots=True)
class Letter:
    """`headers` are those beyond From, To, Cc, Reply-To and Subject; all of it is one line each."""

    message_id: str
    recipient: str
    copied: tuple[str, ...]
    reply_to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    files: tuple[Media, ...]


def letter(message: Outbound, inbox: Inbox) -> Letter:
    """Raises Undeliverable when nobody can be written to, or a file is not here."""
    thread = message.thread or Thread()
    recipient = _checked(message.recipient)
    copied = [_checked(each) for each in thread.copied]
    return Letter(
        message_id=inbox.message_id(message.key, thread.token),
        recipient=recipient,
        copied=tuple(
            each
            for each in dict.fromkeys(copied)
            if each.lower() != recipient.lower() and not inbox.is_own(each)
        ),
        reply_to=inbox.reply_address(thread.token),
        subject=_subject(thread, message.text),
        text=_text(message.text, inbox.signature, thread),
        html=_html(message.text, inbox.signature, thread),
        headers=_headers(message, thread, inbox),
        files=tuple(_file(each) for each in message.media),
    )


def one_line(text: str) -> str:
    """What may stand in a header."""
    return " ".join(clean(text).split())


def _headers(message: Outbound, thread: Thread, inbox: Inbox) -> dict[str, str]:
    headers = {"Message-ID": inbox.message_id(message.key, thread.token)}
    if _MESSAGE_ID.fullmatch(thread.message_id):
        headers["In-Reply-To"] = thread.message_id
    known = [each for each in thread.references if _MESSAGE_ID.fullmatch(each)]
    known = list(dict.fromkeys([*known, *filter(None, [headers.get("In-Reply-To")])]))
    if known:
        if len(known) > _MOST_REFERENCES:
            known = [known[0], *known[1 - _MOST_REFERENCES :]]
        headers["References"] = " ".join(known)
    if not message.by_person:  # so that another machine does not answer
        headers["Auto-Submitted"] = "auto-generated" if message.notice else "auto-replied"
        headers["X-Auto-Response-Suppress"] = "All"
    if message.notice:
        ways = [f"<mailto:{inbox.reply_address(thread.token)}?subject=STOP>"]
        if _ONE_CLICK.fullmatch(message.unsubscribe):
            ways.insert(0, f"<{message.unsubscribe}>")
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        headers["List-Unsubscribe"] = ", ".join(ways)
    return headers


def _subject(thread: Thread, text: str) -> str:
    subject = one_line(thread.subject) or one_line(text)[:60]
    if thread.message_id and not _ANSWER.match(subject):
        subject = f"Re: {subject}"
    return subject[:_LONGEST_SUBJECT]


def _text(text: str, signature: str, thread: Thread) -> str:
    pieces = [_lines(text)]
    if signature:
        pieces.append(f"-- \n{_lines(signature)}")
    if thread.quoted.strip():
        quoted = [f"> {line}".rstrip() for line in _lines(thread.quoted).split("\n")]
        pieces.append("\n".join([*filter(None, [one_line(thread.quoted_from)]), *quoted]))
    return "\n\n".join(pieces) + "\n"


def _html(text: str, signature: str, thread: Thread) -> str:
    pieces = [f"<div>{_marked_up(text)}</div>"]
    if signature:
        pieces.append(f"<div><br>-- <br>{_marked_up(signature)}</div>")
    if thread.quoted.strip():
        quote = f'<blockquote type="cite">{_marked_up(thread.quoted)}</blockquote>'
        if thread.quoted_from:
            quote = f'<div class="gmail_attr">{escape(one_line(thread.quoted_from))}</div>{quote}'
        pieces.append(f'<br><div class="gmail_quote">{quote}</div>')
    return "<!DOCTYPE html><html><body>" + "".join(pieces) + "</body></html>"


def _marked_up(text: str) -> str:
    return escape(_lines(text)).replace("\n", "<br>\n")


def _lines(text: str) -> str:
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


def _checked(address: str) -> str:
    plain = address.strip()
    if not _ADDRESS.fullmatch(plain) or clean(plain) != plain:
        raise Undeliverable("This is no mail address.", code="bad_address")
    local, _, domain = plain.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Undeliverable("This is no mail domain.", code="bad_address") from error


def _file(media: Media) -> Media:
    if media.content is None:
        raise Undeliverable("The file is not here.", code="no_content")
    kind = one_line(media.media_type).split(";")[0]
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII):
        kind = "application/octet-stream"
    return Media(kind, safe_name(one_line(media.name)) or "attachment", content=media.content)
