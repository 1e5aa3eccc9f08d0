"""What policies mean, as sentences with figures: the rules themselves are asked, nothing is told
by heart."""

from datetime import date, timedelta
from decimal import Decimal

from app.billing.periods import Period
from app.billing.policies import read
from app.billing.recurring import Term, end_credit, start_charge
from app.billing.taxes import tax_lines
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.money import Money, total
from app.markets.policies import Action, Policies

# A month of 31 days, so that the two ways to count days differ.
MAY = Period(date(2026, 5, 1), date(2026, 6, 1))
CHANGED_ON = date(2026, 5, 11)


def examples(chosen: Policies, currency: str, locale: str) -> list[str]:
    """Always the same examples in the same order, so that two sets can be compared."""
    return [
        _plan_change(chosen, currency, locale),
        _closing(chosen, currency, locale),
        _tax(chosen, currency, locale),
        _unpaid(chosen),
    ]


def _plan_change(chosen: Policies, currency: str, locale: str) -> str:
    policies = read(chosen)
    old, new = _term("299", currency), _term("599", currency, succeeds=True)
    credit = -end_credit(old, CHANGED_ON, MAY, policies).amount
    charge = start_charge(new, MAY, policies).amount
    return _(
        "A plan of %(old)s changed to one of %(new)s on the 11th of May: credit %(credit)s, "
        "charge %(charge)s, difference %(net)s.",
        old=old.price.format(locale),
        new=new.price.format(locale),
        credit=credit.format(locale),
        charge=charge.format(locale),
        net=(charge - credit).format(locale),
    )


def _closing(chosen: Policies, currency: str, locale: str) -> str:
    term = _term("299", currency)
    credit = -end_credit(term, CHANGED_ON, MAY, read(chosen)).amount
    return _(
        "A plan of %(price)s closed on the 11th of May: %(paid)s is paid for the month.",
        price=term.price.format(locale),
        paid=(term.price - credit).format(locale),
    )


def _tax(chosen: Policies, currency: str, locale: str) -> str:
    lines = [Money.of("25.05", currency).rounded(chosen.money_rounding)] * 2
    taxed = tax_lines(lines, read(chosen).tax, currency)
    return _(
        "Two lines of %(line)s: %(net)s without tax, %(tax)s tax, %(total)s to pay.",
        line=lines[0].format(locale),
        net=taxed.net.format(locale),
        tax=taxed.tax.format(locale),
        total=total([taxed.net, taxed.tax], currency).format(locale),
    )


def _unpaid(chosen: Policies) -> str:
    steps = {step.action: chosen.due_days + step.after_days for step in chosen.dunning}
    told = {
        Action.NOTICE: _("a notice is sent on day %(day)s", day=steps.get(Action.NOTICE)),
        Action.BLOCK_OUTGOING: _(
            "outgoing use is barred on day %(day)s", day=steps.get(Action.BLOCK_OUTGOING)
        ),
        Action.DISCONNECT: _(
            "the lines are disconnected on day %(day)s", day=steps.get(Action.DISCONNECT)
        ),
    }
    what = ", ".join(told[step.action] for step in chosen.dunning) or _("nothing happens")
    return _(
        "A bill of today that is not paid is due on day %(due)s; %(what)s.",
        due=chosen.due_days,
        what=what,
    )


def _term(price: str, currency: str, *, succeeds: bool = False) -> Term:
    return Term(
        subscription_id=new_id(),
        line_id=new_id(),
        number="",
        name="",
        price=Money(Decimal(price), currency),
        starts_on=CHANGED_ON if succeeds else MAY.start - timedelta(days=60),
        succeeds=succeeds,
    )
