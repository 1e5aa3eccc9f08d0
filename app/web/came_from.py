"""The page whose form was sent: where a refusal, or the question who one is, leads back to."""

from urllib.parse import urlsplit

from flask import current_app, request

from app.web import login

# A hidden field of the page that asks who one is, which stands between the form and its answer.
FIELD = "came_from"


def form_page() -> str | None:
    """As browsers tell it of our own pages; None when nobody knows."""
    try:
        told = urlsplit(request.form.get(FIELD) or request.referrer or "")
    except ValueError:  # no address at all
        return None
    if request.method != "POST" or not _is_read(told.path):
        return None
    return login.own_path(f"{told.path}?{told.query}".rstrip("?"))


def _is_read(path: str) -> bool:
    """A refused form's own answer has an address that often cannot be asked for."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(path, method="GET")
