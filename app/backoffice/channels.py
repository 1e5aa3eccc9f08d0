"""Channels: inboxes, how well their providers answer, and what did not go through."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp, forms, setting_words
from app.backoffice.hours_form import shown_hours, written_hours
from app.conversations.models import Inbox
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.identity.teams import every_team
from app.markets.queries import markets_of
from app.messaging import access, queries, switch
from app.messaging.hours import DAYS
from app.messaging.service import hours, inboxes, repairing, sending, templates
from app.messaging.service.chat_mail import WEBCHAT
from app.web.fields import id_of, id_or_none
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

_SETTINGS = ("setting_name", "setting")
_SET_UP = (
    "name", "address", "language", "bot_on", "sandbox", "welcome_words", "closed_words",
    *_SETTINGS, *DAYS,
)  # fmt: skip


@bp.get("/channels")
@staff_with("inboxes.manage")
def channels() -> ResponseReturnValue:
    actor = current_actor()
    found = queries.inboxes_of(actor)
    calls, deliveries = queries.failed_counts([each.id for each in found])
    return render_template(
        "backoffice/channels/channels.html",
        inboxes=found,
        chats=queries.web_chats_of(actor),
        failed={each.id: calls.get(each.id, 0) + deliveries.get(each.id, 0) for each in found},
        providers=sorted(switch.providers()),
        markets=markets_of(actor),
        languages=LANGUAGES,
    )


@bp.post("/channels")
@staff_with("inboxes.manage")
@takes("provider", "market", "name", "language")
def open_channel() -> ResponseReturnValue:
    """Off, until it is set up."""
    kind, _, provider = forms.word(request.form, "provider").partition("/")
    inbox = inboxes.open_inbox(
        by=current_actor(),
        channel=kind,
        provider=provider,
        market_code=forms.word(request.form, "market"),
        name=forms.word(request.form, "name"),
        language=forms.word(request.form, "language"),
    )
    return redirect(url_for("backoffice.channel", inbox_id=inbox.id), 303)


@bp.get("/channels/<uuid:inbox_id>")
@staff_with("inboxes.manage")
def channel(inbox_id: UUID) -> ResponseReturnValue:
    return _page(access.inbox_for(current_actor(), inbox_id, "inboxes.manage"))


@bp.post("/channels/<uuid:inbox_id>")
@staff_with("inboxes.manage")
@takes(*_SET_UP)
def set_up_channel(inbox_id: UUID) -> ResponseReturnValue:
    form, actor = request.form, current_actor()
    names, values = form.getlist("setting_name"), form.getlist("setting")
    if len(names) != len(values):
        raise Invalid(field="setting")
    weekly = written_hours()
    access.inbox_for(actor, inbox_id, "inboxes.manage")
    confirmed("inboxes.manage", inbox_id)
    inboxes.set_up(
        inbox_id,
        by=actor,
        name=forms.word(form, "name"),
        address=forms.word(form, "address"),
        language=forms.word(form, "language"),
        settings=dict(zip(names, values, strict=True)),
        weekly=weekly,
        bot_on=form.get("bot_on") == "yes",
        sandbox=form.get("sandbox") == "yes",
        welcome_words=form.get("welcome_words", ""),
        closed_words=form.get("closed_words", ""),
    )
    return redirect(url_for("backoffice.channel", inbox_id=inbox_id, saved="yes"), 303)


@bp.post("/channels/<uuid:inbox_id>/team")
@staff_with("inboxes.manage")
@takes("team")
def choose_team(inbox_id: UUID) -> ResponseReturnValue:
    """Whose queue its conversations enter, web chats' among them."""
    team_id = id_or_none(request.form.get("team", ""), field="team")
    inbox = inboxes.choose_team(inbox_id, team_id, by=current_actor())
    if inbox.channel == WEBCHAT:
        return redirect(url_for("backoffice.web_chat", chat_id=inbox.id, saved="yes"), 303)
    return redirect(url_for("backoffice.channel", inbox_id=inbox.id, saved="yes"), 303)


@bp.post("/channels/<uuid:inbox_id>/turn")
@staff_with("inboxes.manage")
@takes("on")
def turn_channel(inbox_id: UUID) -> ResponseReturnValue:
    inboxes.turn(inbox_id, on=request.form.get("on") == "yes", by=current_actor())
    return redirect(url_for("backoffice.channel", inbox_id=inbox_id), 303)


@bp.post("/channels/<uuid:inbox_id>/check")
@staff_with("inboxes.manage")
@takes()
def check_channel(inbox_id: UUID) -> ResponseReturnValue:
    """One call without effect; the page says what came of it."""
    actor = current_actor()
    problem = inboxes.check(inbox_id, by=actor)
    found = access.inbox_for(actor, inbox_id, "inboxes.manage")
    return _page(found, tried="check", problem=problem)


@bp.post("/channels/<uuid:inbox_id>/test")
@staff_with("inboxes.manage")
@takes("to", "text")
def test_channel(inbox_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    to, text = forms.word(request.form, "to"), forms.word(request.form, "text")
    problem = inboxes.send_test(inbox_id, to, text, by=actor)
    found = access.inbox_for(actor, inbox_id, "inboxes.manage")
    return _page(found, tried="test", problem=problem)


@bp.post("/channels/<uuid:inbox_id>/templates")
@staff_with("inboxes.manage")
@takes("template", "language", "body", "approved")
def write_template(inbox_id: UUID) -> ResponseReturnValue:
    templates.write(
        inbox_id,
        by=current_actor(),
        name=forms.word(request.form, "template"),
        language=forms.word(request.form, "language"),
        body=forms.word(request.form, "body"),
        approved=request.form.get("approved") == "yes",
    )
    return redirect(url_for("backoffice.channel", inbox_id=inbox_id), 303)


@bp.get("/channels/failed")
@staff_with("inboxes.manage")
def failed_channels() -> ResponseReturnValue:
    """What did not go through, either way."""
    actor = current_actor()
    deliveries = queries.failed_deliveries(actor)
    return render_template(
        "backoffice/channels/failed.html",
        calls=queries.failed_calls(actor),
        deliveries=deliveries,
        why={each.id: sending.why(each) for each in deliveries},
        most=queries.SHOWN,
    )


@bp.post("/channels/failed/calls")
@staff_with("inboxes.manage")
@takes("id")
def read_calls_again() -> ResponseReturnValue:
    repairing.read_again(_ids(), by=current_actor())
    return redirect(url_for("backoffice.failed_channels"), 303)


@bp.post("/channels/failed/deliveries")
@staff_with("inboxes.manage")
@takes("id")
def send_deliveries_again() -> ResponseReturnValue:
    repairing.send_again(_ids(), by=current_actor())
    return redirect(url_for("backoffice.failed_channels"), 303)


def _page(
    inbox: Inbox, *, tried: str | None = None, problem: str | None = None
) -> ResponseReturnValue:
    provider = switch.provider(inbox.channel, inbox.provider)
    settings = inbox.settings
    return render_template(
        "backoffice/channels/channel.html",
        inbox=inbox,
        carried=switch.provider_of(inbox),
        # Secrets are told to be there, never what they are.
        provider_fields=[
            (each, "" if each.secret else settings.get(each.name, ""), each.name in settings)
            for each in (provider.settings if provider else ())
        ],
        long_settings=setting_words.LONG,
        webhook=switch.webhook_of(inbox),
        weekly=shown_hours(inbox),
        is_open=hours.is_open_now(inbox),
        has_sandbox=switch.has_sandbox(),
        languages=LANGUAGES,
        teams=every_team(),
        templates=templates.of_inbox(inbox.id),
        blank="{{1}}",
        tried=tried,
        problem=problem,
    )


def _ids() -> list[UUID]:
    chosen = request.form.getlist("id")[: repairing.MOST_AT_ONCE]
    return [id_of(each, field="id") for each in chosen]
