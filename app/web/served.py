"""Kept files on their way to a browser."""

from io import BytesIO

from flask import Response, send_file

from app.conversations import media, storage
from app.core.errors import NotFound


def served(content: bytes, media_type: str, name: str) -> Response:
    """Shown in the browser only when it is a kind that cannot do anything there."""
    return send_file(
        BytesIO(content),
        mimetype=media_type,
        download_name=name,
        as_attachment=media_type not in media.INLINE,
    )


def stored(stored_as: str, media_type: str, name: str) -> Response:
    """As `served`, from the storage. Raises NotFound."""
    try:
        content = storage.read(stored_as)
    except FileNotFoundError:
        raise NotFound from None
    return served(content, media_type, name)
