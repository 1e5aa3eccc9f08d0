"""What customers are promised: calendars, policies and chains, and trying them out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.actor import Actor
from app.core.errors import NotFound
from app.identity import teams
from app.markets import queries as markets
from app.markets import working_time
from app.markets.models import Market
from app.markets.working_time import DAYS, Calendar
from app.supervision import bp, promise_forms
from app.tickets import rule_queries, rulebook, service, sla, sla_rules
from app.tickets.clocks import Clock
from app.tickets.models import Deed, Goal, Occasion, Priority, RuleKind, SlaRule, TicketType, Topic
from app.tickets.service.escalating import OWNER, SUPERVISORS
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with

_CHANNELS = (
    "webchat", "voice", "email", "sms", "whatsapp", "messenger", "instagram", "telegram", "ussd",
)  # fmt: skip
_CONTENT = {
    RuleKind.CALENDAR: promise_forms.calendar_content,
    RuleKind.POLICY: promise_forms.policy_content,
    RuleKind.CHAIN: promise_forms.chain_content,
}


@bp.get("/promises")
@staff_with("sla.manage")
def promises() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "supervision/promises/index.html",
        policies=sorted(
            (
                (each, rulebook.policy_of(each))
                for each in rule_queries.rules_for(actor, RuleKind.POLICY)
            ),
            key=lambda pair: pair[1].order,
        ),
        calendars=rule_queries.rules_for(actor, RuleKind.CALENDAR),
        chains=rule_queries.rules_for(actor, RuleKind.CHAIN),
        usual=sla.USUAL,
        **_choices(actor),
    )


@bp.get("/promises/<kind>/new")
@staff_with("sla.manage")
def new_promise(kind: str) -> ResponseReturnValue:
    return _page(_kind(kind), None, [])


@bp.get("/promises/<kind>/<uuid:rule_key>")
@staff_with("sla.manage")
def promise(kind: str, rule_key: UUID) -> ResponseReturnValue:
    versions = rule_queries.versions_for(current_actor(), rule_key, _kind(kind))
    return _page(_kind(kind), versions[0], versions)


@bp.post("/promises/<kind>")
@staff_with("sla.manage")
@takes(*promise_forms.RULE_FIELDS)
def add_promise(kind: str) -> ResponseReturnValue:
    return _decide(_kind(kind), None)


@bp.post("/promises/<kind>/<uuid:rule_key>")
@staff_with("sla.manage")
@takes(*promise_forms.RULE_FIELDS)
def change_promise(kind: str, rule_key: UUID) -> ResponseReturnValue:
    return _decide(_kind(kind), rule_key)


@bp.post("/promises/<kind>/<uuid:rule_key>/end")
@staff_with("sla.manage")
@takes()
def end_promise(kind: str, rule_key: UUID) -> ResponseReturnValue:
    service.end(rule_key, _kind(kind), by=current_actor())
    return htmx.go(url_for("supervision.promises"))


@bp.post("/promises/try")
@staff_with("sla.manage")
@takes(*promise_forms.CASE_FIELDS)
def try_promises() -> ResponseReturnValue:
    """Which policy would hold for such a ticket, why, and by when it would be due."""
    case = promise_forms.case()
    market = _market(case.market)
    opened_at = promise_forms.moment("opened_at", market.code) or clock.now()
    book = rulebook.rulebook()
    chosen = sla.promises(case, book.policies)
    return render_template(
        "supervision/promises/_tried.html",
        opened_at=opened_at,
        promised=[(goal, each, _due(each, book, opened_at)) for goal, each in chosen.items()],
        verdicts=sla.verdicts(case, book.policies),
    )


@bp.post("/promises/calendars/try")
@staff_with("sla.manage")
@takes(*promise_forms.CALENDAR_FIELDS, "opened_at", "within")
def try_calendar() -> ResponseReturnValue:
    """When a ticket would be due by the hours as they stand in the form."""
    market = _market(promise_forms.word("market"))
    works = sla_rules.calendar_of(promise_forms.calendar_content(), market.timezone, market.code)
    opened_at = promise_forms.moment("opened_at", market.code) or clock.now()
    within = sla_rules.length(promise_forms.word("within"), field="within")
    return render_template(
        "supervision/promises/_tried_calendar.html",
        opened_at=opened_at,
        is_open=working_time.is_open(works, opened_at),
        opens_at=working_time.opens_at(works, opened_at),
        due_at=Clock(within, works, since=opened_at).due_at(),
        week=_week(works),
        days=DAYS,
    )


def _decide(kind: RuleKind, key: UUID | None) -> ResponseReturnValue:
    actor, code = current_actor(), promise_forms.word("market")
    if key is not None:
        code = rule_queries.versions_for(actor, key, kind)[0].market_code or ""
    service.decide(
        kind,
        promise_forms.word("name"),
        _CONTENT[kind](),
        by=actor,
        market_code=code or None,
        key=key,
        effective_from=promise_forms.moment("effective_from", code),
        seen=promise_forms.seen(),
        note=promise_forms.word("note"),
    )
    return htmx.go(url_for("supervision.promises"))


def _page(kind: RuleKind, latest: SlaRule | None, versions: Sequence[SlaRule]) -> str:
    actor = current_actor()
    content = latest.content if latest else {}
    if latest is not None and latest.market_code:
        g.timezone = markets.market(latest.market_code).timezone
    return render_template(
        f"supervision/promises/{kind.value}.html",
        kind=kind,
        rule=latest,
        content=content,
        versions=versions,
        policy=rulebook.policy_of(latest) if latest and kind is RuleKind.POLICY else sla.USUAL,
        week=_week(rulebook.calendar_of(latest)) if latest and kind is RuleKind.CALENDAR else None,
        calendars=rule_queries.rules_for(actor, RuleKind.CALENDAR),
        chains=rule_queries.rules_for(actor, RuleKind.CHAIN),
        now=clock.now(),
        forms=promise_forms,
        length=sla_rules.written,
        **_choices(actor),
    )


def _choices(actor: Actor) -> dict[str, Any]:
    return {
        "markets": markets.markets_of(actor),
        "everywhere": not actor.markets,
        "goals": list(Goal),
        "priorities": list(reversed(Priority)),
        "topics": list(Topic),
        "kinds": list(TicketType),
        "segments": sla.SEGMENTS,
        "channels": _CHANNELS,
        "occasions": list(Occasion),
        "deeds": list(Deed),
        "teams": teams.every_team(),
        "told": (OWNER, SUPERVISORS),
        "days": DAYS,
    }


def _due(promise: sla.Promise, book: rulebook.Rulebook, opened_at: datetime) -> datetime | None:
    works = rulebook.calendar_by(book.calendar_id(promise.policy))
    return Clock(promise.within, works, since=opened_at).due_at()


def _week(works: Calendar) -> list[list[tuple[int, int]]]:
    """Of each day of a usual week the open spans, from and how long, in minutes."""
    minute = timedelta(minutes=1)
    return [
        [(begin // minute, (end - begin) // minute) for begin, end in day] for day in works.week
    ]


def _kind(name: str) -> RuleKind:
    found = {"calendars": RuleKind.CALENDAR, "policies": RuleKind.POLICY, "chains": RuleKind.CHAIN}
    if name not in found:
        raise NotFound
    return found[name]


def _market(code: str) -> Market:
    """From here on times are told by its clock."""
    if not current_actor().sees_market(code):
        raise NotFound
    market = markets.market(code)
    g.timezone = market.timezone
    return market
