"""What of a rule can never be so, or says one thing and its contrary. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.automation.definition import Action, Condition, Conditions, RuleContent
from app.automation.facts import FIELDS, FLAGS, Operator, Type, folded
from app.core.i18n import gettext as _

# Of each of these a rule does one at most.
_ONCE = {"set_priority", "set_topic", "set_type", "resolve", "wait", "snooze"}
_OWNERS = {"assign_agent", "assign_team", "to_queue"}
_ENDS = {"resolve", "wait", "snooze"}


def contradictions(content: RuleContent) -> list[str]:
    """A sentence for each, in the language in use; none for a rule that can do what it says."""
    return [
        *_of_conditions(content.when),
        *_of_actions(content.actions),
        *_of_trigger(content),
    ]


def _of_conditions(when: Conditions) -> Iterator[str]:
    by_field: dict[str, list[Condition]] = defaultdict(list)
    for each in when.all:
        by_field[each.field].append(each)
    for name, conditions in by_field.items():
        if name in FIELDS and not _possible(FIELDS[name].type, conditions):
            yield _("%(field)s: these conditions can never all be so.", field=FIELDS[name].words)
    for each in when.none:
        if each in when.all and each.field in FIELDS:
            yield _(
                "%(field)s: the same must be so and must not be so.", field=FIELDS[each.field].words
            )


def _possible(kind: Type, conditions: Sequence[Condition]) -> bool:
    if kind in {Type.CHOICE, Type.FLAG}:
        return _some_choice_left(kind, conditions)
    if kind is Type.NUMBER:
        low = [int(c.values[0]) for c in conditions if c.operator is Operator.AT_LEAST]
        high = [int(c.values[0]) for c in conditions if c.operator is Operator.AT_MOST]
        return not (low and high) or max(low) <= min(high)
    return _some_words_left(kind, conditions)


def _some_choice_left(kind: Type, conditions: Sequence[Condition]) -> bool:
    wanted = [set(c.values) for c in conditions if c.operator is Operator.IS]
    if kind is Type.FLAG:
        wanted.append(set(FLAGS))
    if not wanted:
        return True
    unwanted = {v for c in conditions if c.operator is Operator.IS_NOT for v in c.values}
    return bool(set.intersection(*wanted) - unwanted)


def _some_words_left(kind: Type, conditions: Sequence[Condition]) -> bool:
    """A condition is hopeless when each of its alternatives must be lacking."""
    plain = folded if kind is Type.TEXT else str
    lacking = [plain(v) for c in conditions if c.operator is Operator.LACKS for v in c.values]
    for each in conditions:
        if each.operator is not Operator.CONTAINS:
            continue
        words = [plain(value) for value in each.values]
        if all(_is_lacking(kind, word, lacking) for word in words):
            return False
    return True


def _is_lacking(kind: Type, word: str, lacking: Sequence[str]) -> bool:
    return any(bad in word if kind is Type.TEXT else bad == word for bad in lacking if bad.strip())


def _of_actions(actions: Sequence[Action]) -> Iterator[str]:
    kinds = [each.kind for each in actions]
    for kind in sorted(_ONCE):
        if kinds.count(kind) > 1:
            yield _("The same is set twice. Please leave one of the two.")
    if sum(kinds.count(each) for each in _OWNERS) > 1:
        yield _("It is given to two. Please leave one of the two.")
    if len(_ENDS & set(kinds)) > 1:
        yield _("It cannot be resolved, wait and sleep at once.")
    on = {each.value for each in actions if each.kind == "add_tag"}
    off = {each.value for each in actions if each.kind == "remove_tag"}
    for tag in sorted(on & off):
        yield _("The tag %(tag)s is put on and taken off.", tag=tag)


def _of_trigger(content: RuleContent) -> Iterator[str]:
    kinds = {each.kind for each in content.actions}
    if content.trigger in {"ticket.resolved", "time.resolved"} and kinds & _ENDS:
        yield _("It is resolved already when this rule begins.")
    market = [c for c in content.when.all if c.field == "market" and c.operator is Operator.IS]
    if content.market and any(content.market not in each.values for each in market):
        yield _("The rule is of another market than its condition asks for.")
