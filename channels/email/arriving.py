"""What a mail that was understood tells the rest of the application."""

from hashlib import sha256
from html import escape

from channels.email.inbox import Inbox
from channels.email.mail import Address, Mail
from channels.port import Event, Inbound, Media, PassedBy, Receipt, State

_LONGEST_ID = 900


def events_of(
    mail: Mail, inbox: Inbox, *, raw: bytes, envelope_to: tuple[str, ...], vouched: bool
) -> tuple[Event, ...]:
    """`raw` names the mail when it has no name of its own; `envelope_to` is whom it came to."""
    if mail.message_id is not None and inbox.is_own_id(mail.message_id):
        return (PassedBy("own"),)
    if mail.is_bounce and any(inbox.is_own_id(each) for each in mail.returned):
        return tuple(_failed(mail, each) for each in mail.returned if inbox.is_own_id(each))
    sender = mail.sender or (mail.reply_to[0] if mail.reply_to else None)
    if sender is None:
        return (PassedBy("no_sender"),)
    return (_said(mail, sender, inbox, raw, envelope_to, vouched=vouched),)


def _failed(mail: Mail, message_id: str) -> Receipt:
    return Receipt(
        State.FAILED,
        message_id,
        recipient=mail.bounced[0] if mail.bounced else None,
        at=mail.sent_at,
        code=mail.bounce_code,
        reason=mail.bounce_reason,
    )


def _said(
    mail: Mail,
    sender: Address,
    inbox: Inbox,
    raw: bytes,
    envelope_to: tuple[str, ...],
    *,
    vouched: bool,
) -> Inbound:
    addresses = tuple(each.address for each in (*mail.to, *mail.cc))
    ours = inbox.is_own(sender.address)
    believed = vouched and mail.sender is not None and "several_senders" not in mail.problems
    return Inbound(
        provider_id=(mail.message_id or f"<sha256.{sha256(raw).hexdigest()}@none>")[:_LONGEST_ID],
        sender=sender.address.lower(),
        recipient=inbox.address,
        text=mail.visible_reply or mail.subject,
        name=sender.name,
        media=tuple(
            Media(
                each.content_type,
                each.name,
                content=each.content,
                content_id=each.content_id or "",
            )
            for each in mail.attachments
        ),
        answers=mail.references[-1] if mail.references else None,
        thread=inbox.token_in((*envelope_to, *addresses), mail.references),
        subject=mail.subject,
        html=mail.html or _page(mail),
        copied=tuple(dict.fromkeys(each.lower() for each in addresses if not inbox.is_own(each))),
        at=mail.sent_at,
        vouched=believed,
        automatic=mail.is_auto or ours,
        problems=mail.problems,
    )


def _page(mail: Mail) -> str | None:
    """Of a mail without one whose words are more than its reply."""
    hidden = mail.text.split() != mail.visible_reply.split()
    return f"<pre>{escape(mail.text, quote=False)}</pre>" if hidden else None
