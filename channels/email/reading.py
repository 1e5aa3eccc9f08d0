"""From the bytes of a mail to what it says. Whatever comes, it neither fails nor takes long."""

import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice

from channels.email import automatic, headers, replies, returned
from channels.email.armour import without_armour
from channels.email.html_text import words_of
from channels.email.mail import Mail
from channels.email.mending import mended
from channels.email.parts import Body, Parts, parts_of

_FAILURES = (
    *(RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError),
    MessageError,
)
# The standard parser goes one call deeper for each; hundreds are an attack.
_MOST_BOUNDARIES = 100
_LONGEST_HEADERS = 20_000_000
# It takes its time for each line (at each boundary around it), part and paragraph of a report;
# nobody's mail has as many.
_MOST_LINES = 1_500_000
_MOST_PARTS = 25_000
_MOST_PARAGRAPHS = 10_000
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_REPORT = re.compile(rb"message/delivery-status", re.IGNORECASE)


def read(raw: bytes) -> Mail:
    """Understand a mail as it came (RFC 5322, MIME). A poison mail comes back with its headers and
    a problem named; see `Mail`."""
    problems: list[str] = []
    raw = mended(raw)
    boundaries = raw.lower().count(b"boundary")
    if boundaries > _MOST_BOUNDARIES:
        problems.append("too_deep")
        return understood(headers_only(raw), Parts(), problems, 0)
    short = _bounded(raw, _MOST_LINES // max(1, boundaries // 4))
    if len(short) < len(raw):
        problems.append("cut_short")
    try:
        message = message_from_bytes(short)
        return understood(message, parts_of(message), problems, len(short))
    except _FAILURES:
        return understood(headers_only(raw), Parts(), ["not_understood"], 0)


def _bounded(raw: bytes, lines: int) -> bytes:
    for mark, most in ((b"\n", lines), (b"\n--", _MOST_PARTS)):
        if raw.count(mark) > most:
            raw = mark.join(raw.split(mark, most)[:most])
    if _REPORT.search(raw):
        last = next(islice(_EMPTY_LINE.finditer(raw), _MOST_PARAGRAPHS, None), None)
        raw = raw[: last.start()] if last else raw
    return raw


def headers_only(raw: bytes) -> Message:
    """What stands before the first empty line."""
    head, _, _ = raw[:_LONGEST_HEADERS].replace(b"\r\n", b"\n").partition(b"\n\n")
    return BytesHeaderParser().parsebytes(head + b"\n\n")


def understood(message: Message, parts: Parts, problems: list[str], size: int) -> Mail:
    """`size` in bytes is that of the whole mail; 0 when only the headers of `message` are there."""
    senders = headers.addresses_of(message, "From")
    if len(senders) > 1 or len(headers.values_of(message, "From")) > 1:
        problems.append("several_senders")
    if parts.cut_short and "cut_short" not in problems:
        problems.append("cut_short")
    subject = headers.text_of(message, "Subject")
    text, reply, html = _texts(parts, subject)
    is_bounce, whom = automatic.bounced(message, size)
    code, reason = returned.why(message) if is_bounce else ("", "")
    return Mail(
        subject=subject,
        sender=senders[0] if senders else None,
        to=headers.addresses_of(message, "To"),
        cc=headers.addresses_of(message, "Cc"),
        text=text,
        visible_reply=reply,
        html=html,
        attachments=tuple(parts.attachments),
        is_auto=is_bounce or automatic.is_auto(message),
        is_bounce=is_bounce,
        message_id=headers.message_id_of(message),
        references=headers.ids_of(message, "References", "In-Reply-To"),
        sent_at=headers.moment_of(message),
        reply_to=headers.addresses_of(message, "Reply-To"),
        bounced=whom,
        bounce_code=code,
        bounce_reason=reason,
        returned=returned.returned_ids(message) if is_bounce else (),
        problems=tuple(problems),
    )


def _texts(parts: Parts, subject: str) -> tuple[str, str, str | None]:
    """Text, visible reply and HTML. Of what is there twice the plain words count, or those of the
    HTML when only that shows what is quoted."""
    html = "\n".join(parts.html) or None
    texts, replied = [], []
    for body in parts.bodies:
        text, marked = _body(body)
        if text:
            texts.append(text)
            replied.append(marked or text)
    whole, reply = "\n\n".join(texts), "\n\n".join(replied)
    if any(replies.is_passed_on(each, subject) for each in (whole, reply)):
        return whole, replies.visible(whole, subject), html
    return whole, replies.visible(reply, subject), html


def _body(body: Body) -> tuple[str, str | None]:
    """Its words, and the same with quotes as the HTML marks them, where only that does."""
    plain = "\n\n".join(_plain(each) for each in body.plain).strip()
    if not body.html or (plain and replies.has_quote(plain)):
        return plain, None
    words = words_of("\n".join(body.html))
    return plain or words.text, words.reply


def _plain(text: str) -> str:
    return without_armour(text.replace("\r\n", "\n")).strip()
