"""Prepared replies: one shortcut, a text in each language, in folders and for teams."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations import queries
from app.conversations.errors import NoSuchReply
from app.conversations.filling import VARIABLES
from app.conversations.service import canned as service
from app.core import db
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.identity import teams
from app.supervision import bp
from app.web import htmx
from app.web.fields import id_or_none
from app.web.input import takes
from app.web.login import current_actor, staff_with

_TEXTS = tuple(f"{part}_{code}" for code in LANGUAGES for part in ("title", "body"))


@bp.get("/automation/replies")
@staff_with("kb.write")
def canned() -> ResponseReturnValue:
    return render_template(
        "supervision/automation/replies.html",
        replies=queries.every_canned_reply(),
        teams={each.id: each.name for each in teams.every_team()},
    )


@bp.get("/automation/replies/new")
@staff_with("kb.write")
def new_canned() -> ResponseReturnValue:
    return _editor("", {})


@bp.get("/automation/replies/<shortcut>")
@staff_with("kb.write")
def canned_reply(shortcut: str) -> ResponseReturnValue:
    found = queries.every_canned_reply().get(shortcut)
    if found is None:
        raise NoSuchReply
    return _editor(shortcut, found)


@bp.post("/automation/replies/save")
@staff_with("kb.write")
@takes("shortcut", "folder", "team", *_TEXTS)
def save_canned() -> ResponseReturnValue:
    """Every language that has a text; one without a text is taken away."""
    actor, form = current_actor(), request.form
    shortcut = form.get("shortcut", "")
    team_id = id_or_none(form.get("team", ""), field="team")
    written = [code for code in LANGUAGES if form.get(f"body_{code}", "").strip()]
    if not written:
        raise Invalid(field="body")
    with db.transaction():
        for code in written:
            reply = service.write(
                shortcut,
                code,
                title=form.get(f"title_{code}", "").strip() or shortcut,
                body=form.get(f"body_{code}", ""),
                folder=form.get("folder", ""),
                team_id=team_id,
                by=actor,
            )
        known = queries.every_canned_reply()[reply.shortcut]
        for code in known.keys() - set(written):
            service.remove(reply.shortcut, code, by=actor)
    return htmx.go(url_for("supervision.canned_reply", shortcut=reply.shortcut))


@bp.post("/automation/replies/<shortcut>/remove")
@staff_with("kb.write")
@takes()
def remove_canned(shortcut: str) -> ResponseReturnValue:
    service.remove(shortcut, by=current_actor())
    return htmx.go(url_for("supervision.canned"))


def _editor(shortcut: str, replies: Any) -> ResponseReturnValue:
    first = next(iter(replies.values()), None)
    return render_template(
        "supervision/automation/reply.html",
        shortcut=shortcut,
        replies=replies,
        folder=first.folder if first else "",
        team_id=first.team_id if first else None,
        teams=teams.every_team(),
        languages=[("es", "Español"), ("pt", "Português"), ("en", "English")],
        variables=VARIABLES,
    )
