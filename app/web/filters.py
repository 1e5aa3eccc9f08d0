"""What templates may call to show money, volumes, icons and times."""

from flask import Flask, url_for
from markupsafe import Markup

from app.core import clock
from app.core.money import Money
from app.core.volumes import quantity_text
from app.subscriptions.msisdn import for_people
from app.web.locale import locale


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


def install(app: Flask) -> None:
    app.jinja_env.filters.update(money=money, volume=volume, number=for_people)
    app.jinja_env.globals.update(icon=icon, now=clock.now, amount=Money)
