"""How another system knows that a call is ours, whole and fresh: as Standard Webhooks has it.

It recomputes the signature with its secret, and turns down what is older than some minutes.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from app.core.secrets import keyed_hash

_PREFIX = "whsec_"


def secret_of(url: str) -> str:
    """What whoever is called at this address verifies with; each address has its own."""
    key = bytes.fromhex(keyed_hash(f"webhook:{url}"))
    return _PREFIX + base64.b64encode(key).decode()


def signed(secret: str, body: bytes, *, key: str, moment: datetime) -> Mapping[str, str]:
    """The headers of a call. `key` is the same at each try, `moment` the try's own."""
    at = str(int(moment.timestamp()))
    known = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.new(known, f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
