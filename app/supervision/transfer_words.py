"""Words for files from elsewhere, and what stands in them."""

from typing import Any

from app.core.i18n import lazy
from app.supervision import bp
from app.web.filters import spoken
from app.web.trail_fields import neat

WORDS: dict[str, Any] = {
    "zendesk": lazy("Zendesk (JSON export)"),
    "chatwoot": lazy("Chatwoot (lists of its API)"),
    "csv": lazy("A table (CSV)"),
    "configuration": lazy("Configuration"),
    "customers": lazy("Customers"),
    "tickets": lazy("Tickets"),
    "conversations": lazy("Conversations"),
    "articles": lazy("Articles"),
    "replies": lazy("Prepared replies"),
    "uploaded": lazy("handed in"),
    "running": lazy("being brought in"),
    "done": lazy("done"),
    "failed": lazy("failed"),
    "id": lazy("Its id there"),
    "name": lazy("Name"),
    "email": lazy("E-mail"),
    "phone": lazy("Phone"),
    "language": lazy("Language"),
    "city": lazy("City"),
    "created_at": lazy("When it was made"),
    "customer": lazy("Customer: id there, or e-mail"),
    "subject": lazy("Subject"),
    "description": lazy("Description"),
    "status": lazy("State"),
    "priority": lazy("Priority"),
    "tags": lazy("Tags"),
    "author": lazy("Author: customer or agent"),
    "text": lazy("Text"),
    "at": lazy("When"),
    "title": lazy("Title"),
    "body": lazy("Text"),
    "category": lazy("Category"),
    "public": lazy("For customers: yes or no"),
    "shortcut": lazy("Shortcut"),
}


def transfer_word(value: object) -> str:
    text = str(value)
    return str(WORDS.get(text) or neat(text))


bp.add_app_template_filter(spoken(transfer_word), "transfer_word")
