"""Words that several resources share: amounts, texts, moments, and no way back in time."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from app.api.v1.asking import Shown
from app.core import clock
from app.core.errors import Invalid
from app.core.i18n import lazy
from app.core.money import Money

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Start = Annotated[AwareDatetime, Field(description="Now or left out: nothing starts in the past.")]
# How long a request that says "now" may be on its way, and how far its clock may be ahead.
_ON_THE_WAY = timedelta(seconds=5)
_AHEAD = timedelta(minutes=1)


class BackDated(Invalid):
    code = "back_dated"
    message = lazy("Nothing can start in the past.")


class TooEarly(Invalid):
    code = "not_now"
    message = lazy("This can only start now.")


class Amount(Shown):
    """A decimal number as text, and its currency."""

    amount: Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
    currency: str


def amount(money: Money) -> Amount:
    """At the currency's own exponent: 299.00 MXN, 299 JPY."""
    return Amount(amount=str(money.rounded().amount), currency=money.currency)


def only_now(starts_at: datetime | None) -> None:
    """Raises BackDated for a start before now, TooEarly for one after it."""
    if starts_at is None:
        return
    moment = clock.now()
    if starts_at < moment - _ON_THE_WAY:
        raise BackDated(starts_at=starts_at.isoformat())
    if starts_at > moment + _AHEAD:
        raise TooEarly(starts_at=starts_at.isoformat())


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError(lazy("has signs that cannot be printed"))
    return text


LineName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_printable),
    Field(description="A line by its id, or by its number in E.164."),
]
