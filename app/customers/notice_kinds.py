"""Everything customers are told by SMS or e-mail, in one table: which channels, which words.

A domain adds its kinds here; facts are named in the words as `%(name)s`.
"""

from dataclasses import dataclass
from typing import Any

from app.core.i18n import lazy

SMS, EMAIL = "sms", "email"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`subject` heads the e-mail, `text` is the SMS and the e-mail's body."""

    subject: Any
    text: Any
    channels: tuple[str, ...] = (SMS, EMAIL)


KINDS: dict[str, NoticeKind] = {
    "line_active": NoticeKind(
        lazy("Your line is active"),
        lazy("Your line %(number)s with %(plan)s is active. Welcome!"),
    ),
    "esim_ready": NoticeKind(
        lazy("Your eSIM is ready"),
        lazy(
            "The eSIM of %(number)s is ready. Open My account on another screen and scan its code "
            "with your phone."
        ),
        channels=(EMAIL,),
    ),
    "identity_rejected": NoticeKind(
        lazy("We could not confirm your identity"),
        lazy(
            "We could not confirm your identity with the paper that you showed. Please come back "
            "with another paper, or write to us."
        ),
    ),
}
