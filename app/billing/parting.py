"""What changes for the others of an account when a line leaves it, and what is not held against
it: each by name, and as a sentence in the language spoken."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.billing import queries
from app.billing.simulating import dearer_without, loss_without
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.money import Money
from app.markets.policies import PortDues
from app.markets.queries import market as market_of
from app.subscriptions.models import Line
from app.subscriptions.msisdn import for_people
from app.subscriptions.queries import families_of

# Of many lines that lose the same.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    sentence: str


def changes_with(line: Line, locale: str, *, by: Actor) -> list[Change]:
    """What is paid is told to those who pay for it, and to staff who see bills."""
    found = list(_of_sharing(line))
    is_hers = not by.is_customer or by.id == line.account.customer_id
    if is_hers and by.may("billing.read"):
        found += _of_money(line, locale)
    return found


def _of_sharing(line: Line) -> Iterator[Change]:
    family = families_of([line.id])
    members = [each.line for each in family if each.owner_line_id == line.id]
    if members:
        numbers = ", ".join(for_people(each.number) for each in members)
        yield Change(
            "sharing_ends",
            _("Its plan is no longer shared with %(lines)s: there only their own allowances "
              "remain.", lines=numbers),
        )  # fmt: skip
    for each in family:
        if each.line_id == line.id:
            owner = for_people(each.owner.number)
            yield Change(
                "leaves_sharing", _("It no longer shares the plan of %(owner)s.", owner=owner)
            )


def _of_money(line: Line, locale: str) -> Iterator[Change]:
    if loss := loss_without(line, clock.now()):
        yield Change(
            "discount_ends",
            _(
                "From the first bill after it has left, the other lines cost %(amount)s a month "
                "more without it (%(discounts)s).",
                amount=loss.a_month.rounded().format(locale),
                discounts=", ".join(loss.discounts),
            ),
        )
    yield from _of_prepaid(line, locale)
    disputed = queries.disputed_of(line.account_id)
    if disputed:
        yield Change(
            "dispute_stays",
            _(
                "The dispute over %(amount)s does not keep it here. It stays open, and until it "
                "is decided nobody asks for that money.",
                amount=disputed.format(locale),
            ),
        )
    dues = _left_owing(line, disputed)
    if dues:
        yield Change(
            "dues_stay",
            _("%(amount)s of bills is still to be paid.", amount=dues.format(locale)),
        )


def _of_prepaid(line: Line, locale: str) -> Iterator[Change]:
    """Lines that lose the same are told of together."""
    alike: dict[tuple[Money, int, str], list[UUID]] = defaultdict(list)
    for each in dearer_without(line, clock.now()):
        alike[each.more, each.days, ", ".join(each.discounts)].append(each.line_id)
    ids = [line_id for some in alike.values() for line_id in some]
    found = select(Line.id, Line.number).where(Line.id.in_(ids))
    numbers = {row.id: for_people(row.number) for row in db.session.execute(found)} if ids else {}
    for (more, days, discounts), some in alike.items():
        yield Change(
            "prepaid_discount_ends",
            ngettext(
                "For %(lines)s, %(num)s day costs %(amount)s more without it from the next payment "
                "after it has left (%(discounts)s).",
                "For %(lines)s, %(num)s days cost %(amount)s more without it from the next payment "
                "after it has left (%(discounts)s).",
                days,
                amount=more.rounded().format(locale),
                lines=listed([numbers[each] for each in some]),
                discounts=discounts,
            ),
        )


def listed(numbers: Sequence[str]) -> str:
    """The first few, and how many there are more; in the language spoken."""
    first, more = sorted(numbers)[:_MOST_NAMED], len(numbers) - _MOST_NAMED
    told = ", ".join(first)
    return _("%(lines)s and %(count)s more", lines=told, count=more) if more > 0 else told


def _left_owing(line: Line, disputed: Money) -> Money:
    """Where every issued bill is paid first, nothing is left."""
    nothing = Money.zero(disputed.currency)
    if market_of(line.market_code).policies_at(clock.now()).port_dues is PortDues.ISSUED:
        return nothing
    return queries.dues_of(line.account_id) - disputed
