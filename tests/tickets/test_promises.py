from datetime import timedelta

import pytest

from app.tickets import sla, sla_rules
from app.tickets.errors import NoSuchTime
from app.tickets.models import Goal, Priority
from app.tickets.sla import USUAL, Case, Policy, promises, verdicts

FIRST, NEXT, SOLVED = Goal


def policy(name, /, minutes=60, goals=(SOLVED,), **more):
    regulated, named = more.pop("regulated", False), more
    targets = {goal: {rank: timedelta(minutes=minutes) for rank in Priority} for goal in goals}
    names = {what: frozenset(values.split()) for what, values in named.items()}
    return Policy(name, targets, names=names, regulated=regulated)


CASE = Case(
    Priority.NORMAL, "IN", "billing", kind="complaint", segment="enterprise", channel="webchat"
)


def winner(*policies, goal=SOLVED):
    return promises(CASE, policies)[goal].policy.name


def test_where_nobody_has_decided_the_usual_holds():
    chosen = promises(CASE, [])

    assert {goal: each.policy for goal, each in chosen.items()} == dict.fromkeys(Goal, USUAL)
    assert chosen[FIRST].within == timedelta(minutes=15)


def test_whoever_names_more_of_a_case_goes_first():
    assert winner(policy("all"), policy("IN", market="IN")) == "IN"
    both = policy("both", market="IN", channel="webchat")
    assert winner(policy("IN", market="IN"), both) == "both"
    assert winner(policy("else", market="BR", segment="enterprise"), policy("all")) == "all"


@pytest.mark.parametrize(
    ("first", "then"), list(zip(sla.NAMED, sla.NAMED[1:], strict=False)), ids="-".join
)
def test_of_as_many_the_one_that_names_the_more_telling_goes_first(first, then):
    values = {what: getattr(CASE, what) for what in sla.NAMED}

    assert winner(policy("a", **{then: values[then]}), policy("b", **{first: values[first]})) == "b"


def test_the_law_goes_before_everything_and_leaves_the_rest_to_others():
    law = policy("law", 4320, regulated=True, market="IN", kind="complaint")
    vip = policy("vip", 10, goals=tuple(Goal), segment="enterprise", market="IN", topic="billing")

    assert winner(vip, law) == "law"
    assert winner(vip, law, goal=FIRST) == winner(vip, law, goal=NEXT) == "vip"


def test_a_policy_without_a_target_for_this_priority_leaves_it_to_others():
    urgent = Policy("urgent", {SOLVED: {Priority.URGENT: timedelta(minutes=1)}},
                    names={"market": frozenset({"IN"})})  # fmt: skip

    assert winner(urgent, policy("all")) == "all"


def test_why_is_told_for_each_policy():
    told = verdicts(CASE, [policy("vip", segment="vip"), policy("IN", market="IN")])

    assert [(each.policy.name, each.misses, each.goals) for each in told] == [
        ("vip", "segment", ()),
        ("IN", None, (SOLVED,)),
        ("", None, (FIRST, NEXT)),
    ]


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("3d", timedelta(days=3)),
        ("4h 30m", timedelta(hours=4, minutes=30)),
        ("90s", timedelta(seconds=90)),
        ("1D2H", timedelta(hours=26)),
    ],
)
def test_times_are_read_as_people_write_them(written, length):
    assert sla_rules.length(written, field="x") == length
    assert sla_rules.length(sla_rules.written(length), field="x") == length


@pytest.mark.parametrize("nonsense", ["", "soon", "0m", "-3h", "400d", "3", "4h 3d"])
def test_what_is_no_time_is_refused(nonsense):
    with pytest.raises(NoSuchTime):
        sla_rules.length(nonsense, field="x")
