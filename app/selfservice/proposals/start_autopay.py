"""AutoPay switched on: the bills of an account, or the credit of a prepaid line."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.catalog.models import Mode
from app.conversations.models import Verification
from app.core import clock
from app.core.i18n import gettext as _
from app.core.money import Money
from app.payments import consent
from app.payments import service as payments
from app.payments.amounts import checked
from app.payments.models import SavedMethod
from app.payments.policies import top_up_amounts
from app.selfservice.asker import Asker
from app.selfservice.errors import ProposalOutdated
from app.selfservice.figures import exact, label, spoken
from app.selfservice.proposals import charging
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.standing import autopay_limit
from app.subscriptions.models import Line
from app.subscriptions.queries import current_plan


class WantedAutoPay(BaseModel):
    """`amount` is the most that may be taken of a bill, or one top-up of a prepaid line."""

    model_config = ConfigDict(extra="forbid")

    line_id: str | None = Field(default=None, max_length=40)
    method_id: str | None = Field(default=None, max_length=40)
    amount: Decimal | None = Field(default=None, gt=0, lt=10**9)


class StartAutoPay(Kind):
    name = "start_autopay"
    permission = "payments.methods"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        said = read(WantedAutoPay, wanted)
        line = asker.line(said.line_id)
        method = charging.any_kept(asker, said.method_id)
        amount = None
        if said.amount is not None:
            amount = checked(Money(said.amount, asker.market.currency), asker.market.currency)
        if line.mode is Mode.PREPAID:
            told, terms = _of_credit(line, amount, method, asker)
        else:
            told, terms = _of_bills(line, amount, method, asker)
        agreed = {
            "line_id": str(line.id),
            "method_id": str(method.id),
            "currency": asker.market.currency,
            "consent": consent.CURRENT,
            **terms,
        }
        text = str(consent.AUTOPAY[consent.CURRENT])
        return Proposed(_("AutoPay"), f"{told}\n{text}", agreed)

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        if terms["consent"] != consent.CURRENT:
            raise ProposalOutdated
        line = asker.line(terms["line_id"])
        method = charging.any_kept(asker, terms["method_id"])
        if line.mode is Mode.PREPAID:
            payments.set_up_top_up(
                line.id,
                by=asker.actor,
                method_id=method.id,
                threshold=_money(terms, "threshold"),
                amount=_money(terms, "amount"),
                daily_cap=_money(terms, "daily_cap"),
                renews=True,
                consent_version=terms["consent"],
            )
            return Done(_("AutoPay is on for %(line)s, with %(method)s.", **_words(line, method)))
        payments.set_up_autopay(
            line.account_id,
            by=asker.actor,
            method_id=method.id,
            max_amount=_money(terms, "amount"),
            consent_version=terms["consent"],
        )
        return Done(_("AutoPay is on for your bills, with %(method)s.", method=method.name))


def _of_bills(
    line: Line, amount: Money | None, method: SavedMethod, asker: Asker
) -> tuple[str, dict[str, str]]:
    limit = amount or autopay_limit(line.account_id, asker.market.currency)
    sentence = _(
        "From now on your bills are taken from %(method)s on the day they are due, up to "
        "%(limit)s each. A higher one you pay yourself.",
        method=method.name,
        limit=spoken(limit, asker),
    )
    return sentence, {"amount": exact(limit)}


def _of_credit(
    line: Line, amount: Money | None, method: SavedMethod, asker: Asker
) -> tuple[str, dict[str, str]]:
    """Unless she says so, as much as the plan costs, or the market's middle amount."""
    currency = asker.market.currency
    usual = top_up_amounts(asker.market.settings_at(clock.now()), currency)
    price = current_plan(line).version.price_money
    each = amount or (price or Money(usual[len(usual) // 2], currency))
    threshold = Money(usual[0], currency)
    most = Money(max(each.amount * 2, price.amount), currency)
    sentence = _(
        "From now on, when %(line)s has less than %(threshold)s, it is topped up with %(amount)s "
        "from %(method)s; and with what the plan needs when it is renewed. At most %(most)s a day.",
        threshold=spoken(threshold, asker),
        amount=spoken(each, asker),
        most=spoken(most, asker),
        **_words(line, method),
    )
    terms = {"amount": exact(each), "threshold": exact(threshold), "daily_cap": exact(most)}
    return sentence, terms


def _words(line: Line, method: SavedMethod) -> dict[str, str]:
    return {"line": label(line), "method": method.name}


def _money(terms: Mapping[str, Any], name: str) -> Money:
    return Money.of(terms[name], terms["currency"])
