"""Who is asked, as a pure rule."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.tickets import routing
from app.tickets.routing import Agent, Patience, Waiting, match

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
RELAX = {code: Patience(timedelta(minutes=2)) for code in ("MX", "BR")}


def ticket(n=1, **more):
    told = {
        "market_code": "MX",
        "language": "es",
        "topic": "billing",
        "cost": 4,
        "since": NOW - timedelta(seconds=10),
    }
    return Waiting(UUID(int=n), **{**told, **more})


def agent(n=1, **more):
    told = {"markets": ["MX"], "speaks": ["es"], "topics": [], "capacity": 12, "load": 0}
    return Agent(UUID(int=1000 + n), **{**told, **more})


def asked(waiting, agents):
    return [
        (each.ticket_id.int, each.staff_id.int - 1000)
        for each in match(waiting, agents, NOW, RELAX)
    ]


def test_a_ticket_goes_to_whoever_has_most_room_and_waits_longest():
    busy, rested = agent(1, load=4), agent(2)
    tired = agent(3, asked_at=NOW - timedelta(seconds=5))

    assert asked([ticket(1), ticket(2)], [busy, tired, rested]) == [(1, 2), (2, 3)]


def test_whoever_knows_the_customer_comes_first_even_with_more_to_do():
    known = agent(1, load=8)

    assert asked([ticket(known_to=known.staff_id)], [agent(2), known]) == [(1, 1)]


def test_a_topic_is_kept_for_those_who_know_it_until_it_waited_too_long():
    seller = agent(1, topics=["sales"])
    late = ticket(2, since=NOW - timedelta(minutes=2))

    assert asked([ticket(1)], [seller]) == []
    assert asked([late], [seller]) == [(2, 1)]
    assert asked([late], [seller, agent(2, load=8, topics=["billing"])]) == [(2, 2)]


def test_language_and_market_are_never_given_up():
    long_ago = NOW - timedelta(hours=5)

    assert asked([ticket(language="pt", since=long_ago)], [agent()]) == []
    assert asked([ticket(market_code="BR", since=long_ago)], [agent()]) == []
    assert asked([ticket(market_code="BR")], [agent(markets=[])]) == [(1, 1)]


def test_a_teams_ticket_is_for_the_team_and_for_those_in_none():
    sales, help_desk = UUID(int=7), UUID(int=8)

    assert asked([ticket(team=sales)], [agent(1, team=help_desk), agent(2, team=sales)]) == [(1, 2)]
    assert asked([ticket(team=sales)], [agent(1, team=help_desk)]) == []
    assert asked([ticket(team=sales)], [agent(1)]) == [(1, 1)]
    assert asked([ticket()], [agent(1, team=sales)]) == [(1, 1)]


def test_a_call_takes_a_whole_agent():
    call = ticket(cost=routing.cost_of("voice", {}))

    assert asked([call], [agent(load=1)]) == []
    assert asked([call, ticket(2)], [agent()]) == [(1, 1)]


def test_nobody_is_asked_again_about_what_she_let_go():
    one, two = agent(1), agent(2, load=4)
    known = ticket(let_go={one.staff_id})

    assert asked([known], [one, two]) == [(1, 2)]
    assert asked([known], [one]) == []


def test_what_nobody_can_take_holds_nobody_up():
    assert asked([ticket(1, language="pt"), ticket(2)], [agent()]) == [(2, 1)]


def test_a_market_may_count_its_channels_otherwise():
    assert routing.cost_of("webchat", {"webchat": 2}) == 2
    assert routing.cost_of("a channel of tomorrow", {}) == routing.USUAL_COSTS["webchat"]
    assert routing.cost_of(None, {}) == routing.USUAL_COSTS[routing.NO_TALK]


_some = st.sampled_from
_tickets = st.lists(
    st.tuples(
        _some(["MX", "BR"]),
        _some(["es", "pt"]),
        _some(["billing", "sales"]),
        _some([1, 4, 12]),
        st.integers(0, 300),
    ),
    max_size=25,
)
_agents = st.lists(
    st.tuples(
        _some([(), ("MX",), ("BR",)]),
        _some([("es",), ("pt",), ("es", "pt")]),
        _some([(), ("sales",)]),
        st.integers(1, 24),
        st.integers(0, 24),
    ),
    max_size=8,
)


@given(_tickets, _agents)
def test_nobody_gets_more_than_fits_and_nothing_waits_while_somebody_could_take_it(tickets, agents):
    waiting = [
        ticket(n, market_code=m, language=s, topic=t, cost=c, since=NOW - timedelta(seconds=w))
        for n, (m, s, t, c, w) in enumerate(tickets)
    ]
    people = [
        agent(n, markets=m, speaks=s, topics=t, capacity=c, load=load)
        for n, (m, s, t, c, load) in enumerate(agents)
    ]
    before = {each.staff_id: each.load for each in people}

    found = match(waiting, people, NOW, RELAX)

    by_id = {each.ticket_id: each for each in waiting}
    for person in people:
        hers = [by_id[each.ticket_id] for each in found if each.staff_id == person.staff_id]
        assert person.load == before[person.staff_id] + sum(each.cost for each in hers)
        assert not hers or person.load <= person.capacity
        assert all(person.fits(each, by_topic=False, by_team=True) for each in hers)
    left = set(by_id) - {each.ticket_id for each in found}
    assert len(found) == len({each.ticket_id for each in found})
    for each in (by_id[id_] for id_ in left):
        patient = NOW - each.since < RELAX[each.market_code].topic
        assert not any(
            p.room >= each.cost and p.fits(each, by_topic=patient, by_team=True) for p in people
        )


def test_waiting_counts_as_priority_so_that_nothing_starves():
    patience = {"MX": Patience(step=timedelta(minutes=15))}
    urgent, high = ticket(1, rank=0), ticket(2, rank=1, since=NOW - timedelta(minutes=15))
    low = ticket(3, rank=3, since=NOW - timedelta(minutes=46))

    order = routing.in_order([urgent, high, low], NOW, patience)

    assert [each.ticket_id.int for each in order] == [3, 2, 1]
    assert routing.in_order([urgent, high, low], NOW, {}) == [urgent, high, low]


def test_other_teams_are_asked_once_its_own_has_not_come_for_long():
    night, day = UUID(int=1), UUID(int=2)
    patience = {"MX": Patience(team=timedelta(minutes=5))}
    late = ticket(team=night, since=NOW - timedelta(minutes=5))

    def asked_for(waiting):
        return len(match([waiting], [agent(team=day)], NOW, patience))

    assert [asked_for(ticket(team=night)), asked_for(late)] == [0, 1]


def test_important_customers_go_to_those_who_are_for_them_and_nobody_else_does():
    known = agent(1, vip=True)

    assert asked([ticket(1, vip=True)], [agent(2), known]) == [(1, 1)]
    assert asked([ticket(1)], [agent(2, load=8), agent(1, vip=True)]) == [(1, 2)]
    assert asked([ticket(1, vip=True)], [agent(2)]) == [(1, 2)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10_000)), max_size=30))
def test_whatever_came_later_passes_nothing_that_has_waited_three_steps_longer(waits):
    patience = {"MX": Patience(step=timedelta(seconds=900))}
    waiting = [
        ticket(n, rank=rank, since=NOW - timedelta(seconds=s)) for n, (rank, s) in enumerate(waits)
    ]

    order = routing.in_order(waiting, NOW, patience)

    for before, after in itertools.combinations(order, 2):
        assert before.since - after.since <= 4 * timedelta(seconds=900)
