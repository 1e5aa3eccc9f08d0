"""`/.well-known/security.txt` (RFC 9116): where whoever finds a hole in here writes to."""

from datetime import timedelta

from flask import Flask, Response, current_app

from app.core import clock, i18n
from app.core.errors import NotFound
from app.web.login import open_to_all

# It is right as long as somebody serves it; a copy somewhere else grows old by itself.
VALID_FOR = timedelta(days=180)


def install(app: Flask) -> None:
    app.add_url_rule("/.well-known/security.txt", "security_txt", open_to_all(security_txt))


def security_txt() -> Response:
    """Raises NotFound where the operator has named no contact."""
    config = current_app.config["DIALTONE"]
    if not config.security_contact:
        raise NotFound
    expires = (clock.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": config.security_contact,
        "Expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": ", ".join(i18n.LANGUAGES),
        "Canonical": f"{config.public_url}/.well-known/security.txt",
    }
    told = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return Response(told, mimetype="text/plain")
