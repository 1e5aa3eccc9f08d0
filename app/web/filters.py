"""What templates may call to show money, volumes, icons and times."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, url_for
from jinja2 import pass_context
from markupsafe import Markup

from app.core import clock
from app.core.errors import NotFound
from app.core.money import Money
from app.core.volumes import quantity_text
from app.markets.queries import market
from app.subscriptions.msisdn import for_people
from app.web.browser_words import browser_words
from app.web.locale import locale
from app.web.qr import qr


def money(value: Money) -> str:
    return value.format(locale())


def volume(quantity: int, kind: str) -> str:
    return quantity_text(kind, quantity, locale())


def icon(name: str, css: str = "icon") -> Markup:
    """An icon of the sprite; add its name to static/icons.txt first."""
    sprite = url_for("static", filename="vendor/icons.svg")
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        css, sprite, name
    )


def market_name(code: str) -> str:
    """What people call a market; its code where there is none of it."""
    try:
        return market(code).name
    except NotFound:
        return code


def spoken(say: Callable[..., Any]) -> Callable[..., Any]:
    """For filters that say words. Of a constant Jinja keeps the result with the compiled page, in
    the language of whoever read it first; not of what asks for the context."""

    @pass_context
    @wraps(say)
    def said(_context: object, *args: Any, **kwargs: Any) -> Any:
        return say(*args, **kwargs)

    return said


def install(app: Flask) -> None:
    app.jinja_env.filters.update(money=money, volume=volume, number=for_people)
    app.jinja_env.filters.update(market_name=market_name)
    app.jinja_env.filters.update(browser=spoken(browser_words))
    app.jinja_env.globals.update(icon=icon, now=clock.now, amount=Money, qr=qr)
