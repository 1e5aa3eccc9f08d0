"""Who we are in mails: our address, and the ways in which answers find back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from channels.port import Setting

SETTINGS = (
    Setting("address"),
    Setting("name", optional=True),
    Setting("reply_domain", optional=True),
    Setting("signature", optional=True),
)
_TOKEN = re.compile(r"^reply\+([\w.=-]{1,200})$", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Inbox:
    """`reply_domain` is where `reply+<token>@` arrives; the domain of `address` unless told."""

    address: str
    name: str
    reply_domain: str
    signature: str

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Inbox":
        address = settings["address"].strip().lower()
        domain = settings.get("reply_domain", "").strip().lower() or address.rpartition("@")[2]
        return cls(address, settings.get("name", ""), domain, settings.get("signature", "").strip())

    def reply_address(self, token: str) -> str:
        return f"reply+{token}@{self.reply_domain}" if token else self.address

    def message_id(self, key: str, token: str) -> str:
        """The same for the same key; it carries the token for those who answer to elsewhere."""
        unique = sha256(key.encode()).hexdigest()[:32]
        return f"<reply+{token or 'none'}.{unique}@{self.reply_domain}>"

    def is_own_id(self, message_id: str) -> bool:
        return self._token_in_id(message_id) is not None

    def is_own(self, address: str) -> bool:
        return address.lower() == self.address or self._token_in(address) is not None

    def token_in(self, addresses: tuple[str, ...], message_ids: tuple[str, ...]) -> str | None:
        """Of the address it came to, else of the newest mail of ours that it answers. A token
        proves nothing by itself: it is signed, and whoever made it checks that."""
        found = [self._token_in(each) for each in addresses]
        found += [self._token_in_id(each) for each in reversed(message_ids)]
        return next((each for each in found if each and each != "none"), None)

    def _token_in(self, address: str) -> str | None:
        local, _, domain = address.strip("<>").rpartition("@")
        match = _TOKEN.match(local) if domain.lower() == self.reply_domain else None
        return match[1] if match else None

    def _token_in_id(self, message_id: str) -> str | None:
        token, _, unique = (self._token_in(message_id) or "").rpartition(".")
        return token if len(unique) == 32 and token else None
