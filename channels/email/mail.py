"""What a mail says, once it has been understood. Standard library only."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """`name` is what the sender calls it, and proves nothing."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it came; `inline` ones are shown inside the text by their `content_id`."""

    name: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """`text` is everything in words, `visible_reply` without quotes and signature.

    Of a notice that a mail of ours came back, `returned` are the ids of ours, `bounced` whom they
    did not reach.

    `problems` are codes of what was wrong with it: `several_senders` (who wrote it is not to be
    believed), `too_deep` and `not_understood` (it is kept raw; only its headers were read),
    `cut_short` (its text, or all of it, was longer than is read).
    """

    subject: str
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    text: str
    visible_reply: str
    html: str | None
    attachments: tuple[Attachment, ...]
    is_auto: bool
    is_bounce: bool
    message_id: str | None
    references: tuple[str, ...]
    sent_at: datetime | None
    reply_to: tuple[Address, ...] = ()
    bounced: tuple[str, ...] = ()
    bounce_code: str = ""
    bounce_reason: str = ""
    returned: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())
