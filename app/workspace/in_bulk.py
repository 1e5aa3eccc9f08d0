"""Many tickets at once: what is asked before, what came of it, and taking it back."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl
from uuid import UUID

from flask import g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid
from app.core.ids import new_id
from app.identity import teams
from app.markets import queries as markets
from app.tickets import access, listing
from app.tickets.listing import Filters
from app.tickets.models import BulkKind, Priority
from app.tickets.service import in_bulk
from app.tickets.service.bulk_deeds import Assign, Deed, Prioritise, Resolve, Snooze, Tag, Untag
from app.web.fields import choice, choice_field, free, id_of, id_or_none, moment_field
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp, ticket_list

_LONGEST_CHOICE = 2000


@bp.get("/desk/tickets/bulk/<kind>")
@staff_with("tickets.accept")
def ask_bulk(kind: str) -> ResponseReturnValue:
    deed = choice(BulkKind, kind, field="kind")
    chosen = {}
    if deed is BulkKind.ASSIGN:
        chosen = {"colleagues": ticket_list.takers(current_actor()), "teams": teams.every_team()}
    return render_template(
        "workspace/tickets/_bulk_ask.html",
        kind=deed.value,
        key=str(new_id()),
        priorities=list(Priority),
        **chosen,
    )


@bp.post("/desk/tickets/bulk/<kind>")
@staff_with("tickets.accept")
@takes("ticket", "all", "asked", "key", "to", "priority", "reason", "tag", "until", "resolution")
def act_in_bulk(kind: str) -> ResponseReturnValue:
    """To those that are named, or (`all`) to all that match what was chosen above the list. Times
    are by the clock of the first one's market."""
    read = _DEEDS[choice(BulkKind, kind, field="kind")]
    is_all = request.form.get("all") == "yes"
    found = _all_that_match() if is_all else _named()
    ids = found[: in_bulk.MOST] if is_all else found
    g.timezone = _zone(ids)
    key = request.form.get("key", "")
    done = in_bulk.act(ids, read(), by=current_actor(), client_key=key)
    shown = {"done": done, "is_rest": len(found) > len(ids), "most": in_bulk.MOST}
    return _changed("workspace/tickets/_bulk_done.html", **shown)


@bp.post("/desk/tickets/bulk/<uuid:act_id>/undo")
@staff_with("tickets.accept")
@takes()
def undo_bulk(act_id: UUID) -> ResponseReturnValue:
    undone = in_bulk.undo(act_id, by=current_actor())
    return _changed("workspace/tickets/_bulk_undone.html", undone=undone)


def _changed(template: str, **shown: object) -> ResponseReturnValue:
    """Lists and counts on the page fetch themselves."""
    answer = make_response(render_template(template, **shown))
    answer.headers["HX-Trigger"] = "tickets-changed"
    return answer


def _named() -> list[UUID]:
    return [id_of(each, field="ticket") for each in request.form.getlist("ticket")]


def _all_that_match() -> list[UUID]:
    """One more than are done at once, so that it shows whether any is left."""
    asked = request.form.get("asked", "")
    if len(asked) > _LONGEST_CHOICE:
        raise Invalid(field="asked")
    filters = Filters.read(dict(parse_qsl(asked, keep_blank_values=True)))
    return listing.ids_of(current_actor(), filters, most=in_bulk.MOST + 1)


def _assign() -> Deed:
    """To the colleague whose id is `to`, to the queue of a `team:` and its id, or, empty, back."""
    kind, _colon, of_team = request.form.get("to", "").partition(":")
    staff_id = None if kind == "team" else id_or_none(kind, field="to")
    return Assign(staff_id, id_or_none(of_team, field="to"))


def _prioritise() -> Deed:
    return Prioritise(choice_field("priority", Priority), free("reason", 200))


def _snooze() -> Deed:
    return Snooze(moment_field("until", g.timezone))


def _zone(ids: Sequence[UUID]) -> str:
    if not ids:
        raise Invalid(field="ticket")
    first = access.ticket_for(current_actor(), ids[0], "tickets.read")
    return markets.market(first.market_code).timezone


_DEEDS: Mapping[BulkKind, Callable[[], Deed]] = {
    BulkKind.ASSIGN: _assign,
    BulkKind.PRIORITY: _prioritise,
    BulkKind.TAG: lambda: Tag(request.form.get("tag", "")),
    BulkKind.UNTAG: lambda: Untag(request.form.get("tag", "")),
    BulkKind.SNOOZE: _snooze,
    BulkKind.RESOLVE: lambda: Resolve(request.form.get("resolution", "")),
}
