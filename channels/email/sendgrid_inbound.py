"""A mail as SendGrid's Inbound Parse posts it: whole in the field `email`, or taken apart."""

import json
from collections.abc import Mapping
from email.message import Message

from channels.email import authenticity
from channels.email.arriving import events_of
from channels.email.charsets import decode
from channels.email.composing import one_line
from channels.email.inbox import Inbox
from channels.email.inserted import taken_out
from channels.email.mail import Attachment, Mail
from channels.email.multipart import Field, fields_of
from channels.email.parts import Body, Parts, attached, safe_name, shown
from channels.email.reading import headers_only, read, understood
from channels.port import Event, Malformed

_MOST_FILES = 500


def read_form(body: bytes, content_type: str, inbox: Inbox) -> tuple[Event, ...]:
    fields = fields_of(body, content_type)
    if "email" in fields:
        mail = read(fields["email"].content)
    elif "headers" in fields or "from" in fields:
        mail = _put_together(fields)
    else:
        raise Malformed("neither a mail nor its parts")
    envelope = _object(fields, "envelope")
    vouched = mail.sender is not None and authenticity.by_sendgrid(
        mail.sender.address.rpartition("@")[2].lower(),
        spf=_said(fields, "SPF"),
        dkim=_said(fields, "dkim"),
        envelope_from=str(envelope.get("from", "")),
    )
    receivers = envelope.get("to")
    return events_of(
        mail,
        inbox,
        raw=body,
        envelope_to=tuple(map(str, receivers)) if isinstance(receivers, list) else (),
        vouched=vouched,
    )


def _put_together(fields: Mapping[str, Field]) -> Mail:
    charsets = _object(fields, "charsets")

    def words(name: str) -> str:
        return decode(fields[name].content, str(charsets.get(name, ""))) if name in fields else ""

    head = _head(fields["headers"].content if "headers" in fields else b"")
    for name in ("From", "To", "Cc", "Subject"):
        if name not in head and (value := one_line(words(name.lower()))):
            head[name] = value
    text, inside = taken_out(fields["text"].content if "text" in fields else b"")
    plain = decode(text, str(charsets.get("text", "")))
    body = Body([plain], [words("html")] if "html" in fields else [])
    parts = Parts([body], attached(inside) + _files(fields))
    page = "".join(parts.html)
    parts.attachments = [shown(each, page) for each in parts.attachments]
    return understood(head, parts, [], 0)


def _head(raw: bytes) -> Message:
    """Its own Content-Type told of parts that are gone, unless it says that this is a report."""
    head = headers_only(raw)
    if head.get_content_type() != "multipart/report":
        del head["Content-Type"]
    return head


def _files(fields: Mapping[str, Field]) -> list[Attachment]:
    about = _object(fields, "attachment-info")
    ids = {str(field): str(cid) for cid, field in _object(fields, "content-ids").items()}
    found: list[Attachment] = []
    for name, field in fields.items():
        if field.filename is None or len(found) >= _MOST_FILES:
            continue
        told = about.get(name)
        told = told if isinstance(told, dict) else {}
        content_id = one_line(str(told.get("content-id") or ids.get(name, ""))).strip("<> ")
        found.append(
            Attachment(
                safe_name(field.filename or str(told.get("filename", ""))) or "attachment",
                one_line(str(told.get("type") or field.content_type)).split(";")[0].lower(),
                field.content,
                content_id=content_id or None,
            )
        )
    return found


def _object(fields: Mapping[str, Field], name: str) -> dict[str, object]:
    try:
        value = json.loads(_said(fields, name) or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _said(fields: Mapping[str, Field], name: str) -> str:
    return fields[name].content.decode("utf-8", "replace") if name in fields else ""
