"""Fields that the reader may not need: whole for who does, else hidden, with a way to ask.

`value|hidden("customer.email", customer.id)` in a template; `ask=False` in lists, where nothing is
revealed. What somebody had shown to herself is looked up once a page, and only for who needs it.
"""

from urllib.parse import urlencode

from flask import Flask, g, url_for
from markupsafe import Markup, escape

from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.identity import reveals
from app.identity.masking import FIELDS
from app.web import login
from app.web.filters import icon, spoken


def hidden(value: str | None, field: str, object_id: object, *, ask: bool = True) -> str | Markup:
    """What the reader sees of it."""
    if not value:
        return ""
    if sees(field, object_id):
        return value
    actor, told = login.current_actor(), FIELDS[field].hidden(value)
    if not ask or not actor.may("fields.reveal"):
        return told
    asked = urlencode({"field": field, "object_id": str(object_id)})
    address = f"{url_for('workspace.ask_to_reveal')}?{asked}"
    return Markup(
        '<span class="hidden-field">{} <button type="button" class="btn btn-sm btn-icon"'
        ' hx-get="{}" hx-target="#dialog" title="{}" aria-label="{}">{}'
        "</button></span>"
    ).format(escape(told), address, _("Show"), _("Show the whole field"), icon("eye"))


def sees(field: str, object_id: object) -> bool:
    """Whether the reader sees it whole: a customer her own, staff by right or for some minutes."""
    actor = login.current_actor()
    if not actor.is_staff or actor.may(FIELDS[field].permission):
        return True
    return is_shown(actor, field, object_id)


def is_shown(actor: Actor, field: str, object_id: object) -> bool:
    """Whether she had it shown to her in this session, some minutes ago at most."""
    if "shown_fields" not in g:
        g.shown_fields = reveals.shown_to(actor, login.current_session().id)
    return (field, str(object_id)) in g.shown_fields


def install(app: Flask) -> None:
    app.jinja_env.filters.update(hidden=spoken(hidden))
    app.jinja_env.globals.update(sees=sees)
