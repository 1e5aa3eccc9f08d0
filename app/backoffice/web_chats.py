"""Chats on the operator's sites: how they look, whom they ask what, whom they invite."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp, forms
from app.backoffice.hours_form import shown_hours, written_hours
from app.conversations import chat_settings
from app.conversations.chat_settings import Ask, Invitation
from app.conversations.models import Inbox
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.identity.teams import every_team
from app.messaging import switch
from app.messaging.hours import DAYS
from app.messaging.service import chat_mail, hours, web_chats
from app.web.fields import whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

_TITLES = tuple(f"title_{language}" for language in LANGUAGES)
_GREETINGS = tuple(f"greeting_{language}" for language in LANGUAGES)
_WORDS = tuple(f"words_{language}" for language in LANGUAGES)
_ASKS = tuple(f"ask_{field}" for field in chat_settings.FIELDS)
_FIELDS = (
    "name", "language", "origins", "accent", "bot_on", "takes_messages", "mail_after",
    "page", "seconds", *_TITLES, *_GREETINGS, *_WORDS, *_ASKS, *DAYS,
)  # fmt: skip
_EMPTY_ROWS = 2


@bp.post("/channels/chats")
@staff_with("inboxes.manage")
@takes("market", "name", "language")
def open_web_chat() -> ResponseReturnValue:
    inbox = web_chats.open_chat(
        by=current_actor(),
        market_code=forms.word(request.form, "market"),
        name=forms.word(request.form, "name"),
        language=forms.word(request.form, "language"),
    )
    return redirect(url_for("backoffice.web_chat", chat_id=inbox.id), 303)


@bp.get("/channels/chats/<uuid:chat_id>")
@staff_with("inboxes.manage")
def web_chat(chat_id: UUID) -> ResponseReturnValue:
    return _page(web_chats.chat_for(current_actor(), chat_id))


@bp.post("/channels/chats/<uuid:chat_id>")
@staff_with("inboxes.manage")
@takes(*_FIELDS)
def set_up_web_chat(chat_id: UUID) -> ResponseReturnValue:
    form, actor = request.form, current_actor()
    chat = _chat()
    web_chats.chat_for(actor, chat_id)
    confirmed("inboxes.manage", chat_id)
    web_chats.set_up(
        chat_id,
        by=actor,
        name=forms.word(form, "name"),
        language=forms.word(form, "language"),
        origins=forms.word(form, "origins").split(),
        accent=forms.word(form, "accent"),
        titles=_by_language("title"),
        greetings=_by_language("greeting"),
        bot_on=form.get("bot_on") == "yes",
        weekly=written_hours(),
        chat=chat,
    )
    return redirect(url_for("backoffice.web_chat", chat_id=chat_id, saved="yes"), 303)


@bp.post("/channels/chats/<uuid:chat_id>/turn")
@staff_with("inboxes.manage")
@takes("on")
def turn_web_chat(chat_id: UUID) -> ResponseReturnValue:
    web_chats.turn(chat_id, on=request.form.get("on") == "yes", by=current_actor())
    return redirect(url_for("backoffice.web_chat", chat_id=chat_id), 303)


@bp.post("/channels/chats/<uuid:chat_id>/secret")
@staff_with("inboxes.manage")
@takes()
def renew_chat_secret(chat_id: UUID) -> ResponseReturnValue:
    """Shown on this page only."""
    actor = current_actor()
    found = web_chats.chat_for(actor, chat_id)
    confirmed("inboxes.manage", chat_id)
    return _page(found, secret=web_chats.renew_secret(chat_id, by=actor))


def _page(inbox: Inbox, *, secret: str = "") -> ResponseReturnValue:
    settings = chat_settings.read(inbox.chat)
    spare = min(_EMPTY_ROWS, chat_settings.MOST_INVITATIONS - len(settings.invitations))
    empty = [Invitation("", 30, {})] * spare
    return render_template(
        "backoffice/web_chats/web_chat.html",
        inbox=inbox,
        settings=settings,
        rows=[*settings.invitations, *empty],
        texts={name: _texts(inbox, name) for name in ("title", "greeting")},
        accent=inbox.theme.get("accent", web_chats.USUAL_ACCENT),
        asks=list(Ask),
        fields=chat_settings.FIELDS,
        languages=LANGUAGES,
        weekly=shown_hours(inbox),
        is_open=hours.is_open_now(inbox),
        has_mail=chat_mail.inbox_of(inbox.market_code) is not None,
        longest_wait=chat_settings.LONGEST_MAIL_AFTER,
        public_url=switch.public_url(),
        secret=secret,
        teams=every_team(),
    )


def _texts(inbox: Inbox, name: str) -> dict[str, str]:
    """One text may stand for all languages."""
    kept = inbox.theme.get(name, "")
    return kept if isinstance(kept, dict) else dict.fromkeys(LANGUAGES, kept)


def _chat() -> dict[str, Any]:
    form = request.form
    mail_after = forms.number(form, "mail_after")
    asked = {field: forms.word(form, f"ask_{field}") or Ask.NO for field in chat_settings.FIELDS}
    return {
        "before": asked,
        "takes_messages": form.get("takes_messages") == "yes",
        "mail_after": 0 if mail_after is None else mail_after,
        "invitations": _invitations(),
    }


def _invitations() -> list[Invitation]:
    """The rows in which a page is named."""
    names = ("page", "seconds", *_WORDS)
    columns = [request.form.getlist(name) for name in names]
    if len({len(column) for column in columns}) > 1:
        raise Invalid(field="invitations")
    return [
        Invitation(page.strip(), _seconds(seconds), dict(zip(LANGUAGES, words, strict=True)))
        for page, seconds, *words in zip(*columns, strict=True)
        if page.strip()
    ]


def _seconds(written: str) -> int:
    return whole(written.strip(), field="seconds", digits=9)


def _by_language(name: str) -> dict[str, str]:
    return {language: forms.word(request.form, f"{name}_{language}") for language in LANGUAGES}
