"""Filters of the templates: words for stored values, and the small signs beside names."""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.subscriptions.blocking import rule_of
from app.web.filters import icon, spoken
from app.web.locale import timezone
from app.web.login import current_actor
from app.workspace import bp
from app.workspace.words import LABELS


def label(value: object, kind: str) -> str:
    """The words for a value; the value itself, readable, where there are none."""
    text = str(value)
    known = LABELS[kind].get(text) or LABELS[kind].get(text.partition(":")[0])
    return str(known) if known else text.replace("_", " ")


def facts(learnt: dict[str, object]) -> list[tuple[str, object]]:
    """What the bot learnt that people have words for: name and value; the rest is its own state."""
    return [
        (label(name, "fact"), label(value, "channel") if name == "channel" else value)
        for name, value in learnt.items()
        if value and name in LABELS["fact"]
    ]


def initials(name: str) -> str:
    """At most two letters for the round sign of a person."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if words[1:] else words)).upper()


def shield(verification: str, *, words: bool = True) -> Markup:
    """How sure we are who writes; `words` says it beside the sign as well."""
    sure = verification != "none"
    text = label(verification, "verification")
    css = "" if words else "visually-hidden"
    sign = icon("shield-check" if sure else "shield-x")
    return Markup(
        '<span class="shield shield-{}" title="{}">{}<span class="{}">{}</span></span>'
    ).format(verification, text, sign, css, text)


def typed_moment(value: datetime) -> str:
    """As a field for a moment wants it, by the page's clock."""
    return value.astimezone(ZoneInfo(timezone())).strftime("%Y-%m-%dT%H:%M")


def may_lift(reason: str) -> bool:
    """Whether the one who looks may lift a block of this reason."""
    rule = rule_of(reason)
    return rule is not None and rule.may_lift(current_actor())


bp.add_app_template_filter(spoken(label), "label")
bp.add_app_template_global(may_lift)
bp.add_app_template_filter(facts)
bp.add_app_template_filter(initials)
bp.add_app_template_filter(typed_moment)
bp.add_app_template_global(shield)
