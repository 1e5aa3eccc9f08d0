"""What is wrong with a rule, a macro or a list of actions, one sentence each."""

from collections.abc import Iterator, Sequence

from app.automation.contradictions import contradictions
from app.automation.deeds import DEEDS
from app.automation.definition import Action, Condition, RuleContent
from app.automation.facts import FIELDS, FLAGS, OPERATORS, Field, Type, folded
from app.automation.known import Known
from app.automation.triggers import TRIGGERS
from app.core.i18n import gettext as _

_MOST_DIGITS = 7


def problems_of(content: RuleContent, known: Known) -> list[str]:
    """Everything, in the language in use; a rule without any may be kept."""
    return gone(content, known) or contradictions(content)


def gone(content: RuleContent, known: Known) -> list[str]:
    """What it names that is not there, or not there any more."""
    conditions = (*content.when.all, *content.when.any, *content.when.none)
    return [
        *_of_trigger(content, known),
        *(problem for each in conditions for problem in _of_condition(each, known)),
        *problems_of_actions(content.actions, known),
    ]


def problems_of_actions(actions: Sequence[Action], known: Known) -> list[str]:
    if not actions:
        return [_("Please say what is to be done.")]
    return [each for action in actions for each in _of_action(action, known)]


def _of_trigger(content: RuleContent, known: Known) -> Iterator[str]:
    trigger = TRIGGERS.get(content.trigger)
    if trigger is None:
        yield _("Nothing that happens is called %(name)s.", name=content.trigger)
    elif trigger.by_time and not content.minutes:
        yield _("Please say for how long.")
    if content.market is not None and not known.has("market", content.market):
        yield _("There is no market %(name)s.", name=content.market)


def _of_condition(condition: Condition, known: Known) -> Iterator[str]:
    field = FIELDS.get(condition.field)
    if field is None:
        yield _("Nothing is known under the name %(name)s.", name=condition.field)
    elif condition.operator not in OPERATORS[field.type]:
        yield _("%(field)s cannot be asked for in this way.", field=field.words)
    else:
        yield from _of_values(field, condition, known)


def _of_values(field: Field, condition: Condition, known: Known) -> Iterator[str]:
    if field.type is Type.NUMBER and not all(_is_number(each) for each in condition.values):
        yield _("%(field)s needs a whole number.", field=field.words)
    if field.type is Type.NUMBER and len(condition.values) > 1:
        yield _("%(field)s needs one number.", field=field.words)
    if field.type is Type.FLAG and not set(condition.values) <= set(FLAGS):
        yield _("%(field)s is yes or no.", field=field.words)
    if field.type is Type.CHOICE:
        for each in condition.values:
            if not known.has(field.choices, each):
                yield _("%(field)s: there is no %(name)s.", field=field.words, name=each)
    if field.type in {Type.TEXT, Type.TAGS} and not all(map(_has_words, condition.values)):
        yield _("%(field)s needs words to look for.", field=field.words)


def _has_words(text: str) -> bool:
    return bool(folded(text).strip())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def _of_action(action: Action, known: Known) -> Iterator[str]:
    deed = DEEDS.get(action.kind)
    if deed is None:
        yield _("Nothing that can be done is called %(name)s.", name=action.kind)
        return
    if deed.choices and not action.value:
        yield _("%(action)s: please choose.", action=deed.words)
    elif deed.choices not in {"", "free"} and not known.has(deed.choices, action.value):
        yield _("%(action)s: there is no %(name)s.", action=deed.words, name=action.value)
    if deed.writes and not action.text.strip():
        yield _("%(action)s: please write what.", action=deed.words)
    if (action.value and not deed.choices) or (action.text and not deed.writes):
        yield _("%(action)s takes nothing more.", action=deed.words)
    if action.value or action.text:
        yield from deed.check(action)
