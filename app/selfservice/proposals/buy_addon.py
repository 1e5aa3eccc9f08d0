"""An add-on for a line: more data, a pack for abroad."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.catalog.models import Mode, OfferKind, OfferVersion, UsageKind
from app.catalog.queries import current_version, is_for_abroad
from app.conversations.models import Verification
from app.core import clock
from app.core.i18n import gettext as _
from app.selfservice.asker import Asker
from app.selfservice.figures import day_text, label, last_day, spoken
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.proposals.lines import WantedOffer
from app.subscriptions import service as subscriptions
from app.subscriptions.errors import ApprovalNeeded
from app.subscriptions.models import Line
from app.usage.errors import InsufficientBalance
from app.usage.queries import balance_of


class BuyAddon(Kind):
    name = "buy_addon"
    permission = "subscriptions.change"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        told = read(WantedOffer, wanted)
        line = asker.line(told.line_id)
        found = current_version(line.market_code, told.offer_code, line.mode)
        version = subscriptions.version_for_now(line, found.id, OfferKind.ADD_ON)
        if subscriptions.needs_approval(line, asker.actor):
            raise ApprovalNeeded
        _check_credit(line, version)
        return Proposed(
            title=version.offer.name,
            sentence=_sentence(line, version, asker),
            terms={
                "line_id": str(line.id),
                "version_id": str(version.id),
                "name": version.offer.name,
                "abroad": is_for_abroad(version, UsageKind.DATA),
            },
        )

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        """A version never changes its price, and one that is no longer sold is refused."""
        line = asker.line(terms["line_id"])
        bought = subscriptions.add_add_on(
            line.id,
            UUID(terms["version_id"]),
            by=asker.actor,
            effect_key=f"bot:{terms['proposal_id']}",
        )
        told = {"pack": terms["name"], "line": label(line)}
        if bought.ends_at is None:
            said = _("%(line)s has %(pack)s now.", **told)
        else:
            until = day_text(last_day(bought.ends_at, asker), asker)
            said = _("%(line)s has %(pack)s now, until %(day)s.", day=until, **told)
        if terms["abroad"]:
            said += " " + _("When you arrive, switch on data roaming in the phone's settings.")
        return Done(said)


def _check_credit(line: Line, version: OfferVersion) -> None:
    """Raises InsufficientBalance before she says yes, with what is missing."""
    if line.mode is not Mode.PREPAID or not version.price:
        return
    balance = balance_of(line.id)
    if balance is None or balance.amount < version.price:
        raise InsufficientBalance(
            balance=str(balance.amount if balance else 0),
            needed=str(version.price),
            currency=version.currency,
        )


def _sentence(line: Line, version: OfferVersion, asker: Asker) -> str:
    told = {
        "pack": version.offer.name,
        "price": spoken(version.price_money, asker),
        "line": label(line),
        "days": version.validity_days,
    }
    if version.validity_days:
        said = _("%(pack)s for %(line)s costs %(price)s and lasts %(days)s days from now.", **told)
    else:
        said = _(
            "%(pack)s for %(line)s costs %(price)s and begins now, each month until you end it.",
            **told,
        )
    if line.mode is Mode.PREPAID:
        said += " " + _("It is paid from your balance.")
    else:
        said += " " + _("It goes on your next bill.")
    if not asker.market.policies_at(clock.now()).tax_inclusive:
        said += " " + _("%(tax)s is added.", tax=asker.market.tax_name)
    return said
