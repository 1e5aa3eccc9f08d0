"""A market's policies: what is in force, changing them from a day on, and what was changed."""

import json
from datetime import datetime
from enum import StrEnum
from itertools import permutations
from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp, forms
from app.backoffice.words import setting, words
from app.billing.policy_examples import examples
from app.core import clock
from app.core.errors import NotFound
from app.markets import policies as rules
from app.markets import queries, service
from app.markets.models import Market
from app.web import htmx
from app.web.input import takes
from app.web.locale import locale
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

# A new step may be written below the ones that there are.
SPARE_STEPS = 2
_STEPS = range(rules.MOST_STEPS)
_STEP_FIELDS = tuple(f"step_{part}_{n}" for n in _STEPS for part in ("days", "action", "template"))
# Fractions, written in percent: the field and its policy.
_PERCENTS = {"tax_percent": "tax_rate", "deposit_percent": "deposit_yearly"}
_TRUTHS = ("tax_inclusive",)
_CHOICES = tuple(name for name in rules.NAMES if rules.choices(name))
SETTINGS = (*_CHOICES, *_TRUTHS, *rules.DAYS, *_PERCENTS, "tax_halves", "bucket_order", "others")
FIELDS = (*SETTINGS, *_STEP_FIELDS, "effective_from", "note", "seen")


@bp.get("/policies")
@staff_with("policies.manage")
def policies() -> ResponseReturnValue:
    markets = queries.markets_of(current_actor())
    return render_template(
        "backoffice/policies/policies.html",
        markets=[(each, each.policies_at(clock.now()), _to_come(each)) for each in markets],
    )


@bp.get("/policies/<code>")
@staff_with("policies.manage")
def market_policies(code: str) -> ResponseReturnValue:
    market = _market(code)
    settings = market.settings_at(clock.now())
    chosen = rules.policies(settings)
    return render_template(
        "backoffice/policies/market.html",
        market=market,
        chosen=rules.stored(settings),
        others=_others(settings),
        percents={
            field: format((getattr(chosen, name) * 100).normalize(), "f")
            for field, name in _PERCENTS.items()
        },
        choices={name: rules.choices(name) for name in rules.NAMES},
        actions=list(rules.Action),
        orders=_orders(),
        options=_options,
        days=rules.DAYS,
        steps=range(len(chosen.dunning) + SPARE_STEPS),
        examples=examples(chosen, market.currency, locale()),
        history=_history(market),
    )


@bp.post("/policies/<code>/preview")
@staff_with("policies.manage")
@takes(*FIELDS)
def preview_policies(code: str) -> ResponseReturnValue:
    """What would change, and what that means; nothing is changed yet."""
    market = _market(code)
    start = forms.moment(request.form, "effective_from", market.timezone) or clock.now()
    wanted = _settings()
    rules.check(wanted)
    before = market.settings_at(start)
    after = rules.folded(before, [wanted])
    told = zip(
        examples(rules.policies(before), market.currency, locale()),
        examples(rules.policies(after), market.currency, locale()),
        strict=True,
    )
    return render_template(
        "backoffice/policies/_preview.html",
        differs=rules.changed(before, after),
        start=start,
        told=[(old, new) for old, new in told if old != new],
    )


@bp.post("/policies/<code>")
@staff_with("policies.manage")
@takes(*FIELDS)
def change_policies(code: str) -> ResponseReturnValue:
    market, settings = _market(code), _settings()
    start = forms.moment(request.form, "effective_from", market.timezone)
    note, seen = forms.word(request.form, "note"), forms.number(request.form, "seen")
    confirmed("policies.change", market.code)
    service.change_policies(
        market.code, settings, by=current_actor(), effective_from=start, note=note, seen=seen
    )
    return htmx.go(url_for("backoffice.market_policies", code=market.code))


@bp.post("/policies/versions/<uuid:policy_id>/undo")
@staff_with("policies.manage")
@takes()
def undo_policies(policy_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    confirmed("policies.change", queries.policy_version_for(actor, policy_id).id)
    version = service.undo_policies(policy_id, by=actor)
    return htmx.go(url_for("backoffice.market_policies", code=version.market_code))


def _settings() -> dict[str, Any]:
    """What the form says; a field that is missing leaves its policy as it is."""
    form = request.form
    said: dict[str, Any] = {name: form[name] for name in _CHOICES if name in form}
    said |= {name: forms.truth(form, name) for name in _TRUTHS if name in form}
    said |= {name: forms.number(form, name) for name in rules.DAYS if name in form}
    for field, name in _PERCENTS.items():
        if (percent := forms.decimal(form, field)) is not None:
            said[name] = str(percent / 100)
    if "tax_halves" in form:
        said["tax_halves"] = forms.names(form, "tax_halves")
    if "bucket_order" in form:
        said["bucket_order"] = forms.names(form, "bucket_order")
    if "step_days_0" in form:
        said["dunning"] = [_step(n) for n in _STEPS if forms.word(form, f"step_days_{n}")]
    if "others" in form:
        given = forms.json_object(form, "others")
        said |= {name: given.get(name) for name in rules.declared()} | given
    return said


def _others(settings: dict[str, Any]) -> str:
    """The settings that other domains read by themselves, as JSON; empty where there are none."""
    chosen = {name: settings.get(name) for name in rules.declared()}
    return json.dumps(chosen, indent=2, ensure_ascii=False) if chosen else ""


def _step(n: int) -> dict[str, Any]:
    form = request.form
    return {
        "after_days": forms.number(form, f"step_days_{n}"),
        "action": form.get(f"step_action_{n}", ""),
        "template": forms.word(form, f"step_template_{n}"),
    }


def _orders() -> list[tuple[str, str]]:
    """Every order of the rules, as it is sent and as it is read."""
    orders = permutations(each.value for each in rules.BucketRule)
    return [(",".join(order), setting(list(order), "bucket_order")) for order in orders]


def _options(values: tuple[StrEnum, ...], name: str) -> list[tuple[str, str]]:
    return [(each.value, words(each, name)) for each in values]


def _history(market: Market) -> list[dict[str, Any]]:
    """Newest first, each with what it changed from and to."""
    return [
        {
            "version": version,
            "changes": rules.changed(
                before := market.settings_before(version),
                rules.folded(before, [version.changes]),
            ),
            "to_come": version.effective_from > clock.now(),
        }
        for version in reversed(market.policy_versions)
    ]


def _to_come(market: Market) -> datetime | None:
    """When the next change that was decided takes effect."""
    later = (v.effective_from for v in market.policy_versions if v.effective_from > clock.now())
    return min(later, default=None)


def _market(code: str) -> Market:
    """Of the actor's own; from here on times are told by its clock."""
    if "\0" in code or not current_actor().sees_market(code):
        raise NotFound
    market = queries.market(code)
    g.timezone = market.timezone
    return market
