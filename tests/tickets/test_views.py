"""Choices of tickets with a name: kept, shared, counted, put in order, and brought back."""

from datetime import timedelta

import pytest

from app.core import clock, db
from app.core.errors import Forbidden, NotFound
from app.identity.models import Team
from app.tickets import listing, service, views
from app.tickets.errors import TooLateToUndo
from app.tickets.listing import Filters
from app.tickets.models import Priority, Sharing, Topic
from app.tickets.service import configuring, viewing
from tests.factories import actors
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.statements import statements

BOSS = actors.staff("administrator")


@pytest.fixture
def team(database):
    made = Team(name="Faults")
    db.session.add(made)
    db.session.flush()
    return made.id


@pytest.fixture
def boss(database):
    return StaffFactory(roles=["manager"]).as_actor()


@pytest.fixture
def ana(team):
    return StaffFactory(team_id=team).as_actor()


def opened(by, **more):
    told = {"subject": "Router", "topic": Topic.TECHNICAL, "customer_id": CustomerFactory().id}
    return service.open(by=by, **{**told, **more})


def names(actor):
    return [each.view.name for each in views.shown_to(actor)]


def test_a_private_view_is_seen_by_nobody_else(ana, boss):
    made = viewing.save_view("  Late   ones ", Filters(only="late"), by=ana)

    assert names(ana) == ["Late ones"]
    assert names(boss) == []
    with pytest.raises(NotFound):
        views.view_for(StaffFactory().as_actor(), made.id)


def test_a_view_keeps_no_card_number_that_was_looked_for(ana):
    made = viewing.save_view("Card", Filters(text="card 4111 1111 1111 1111"), by=ana)
    db.session.refresh(made)

    assert "4111 1111" not in str(made.asked)


def test_a_view_that_is_shared_goes_to_no_other_team_without_the_right_to_share(ana, boss, team):
    view = viewing.save_view("Ours", Filters(), by=boss, sharing=Sharing.TEAM, team_id=team)
    view.owner_id = ana.id  # who might share once
    other = Team(name="Others")
    db.session.add(other)
    db.session.commit()

    with pytest.raises(Forbidden):
        viewing.change_view(view.id, "Ours", by=ana, sharing=Sharing.TEAM, team_id=other.id)
    viewing.change_view(view.id, "Still ours", by=ana, sharing=Sharing.TEAM, team_id=team)

    db.session.refresh(view)
    assert (view.name, view.team_id) == ("Still ours", team)


def test_sharing_is_for_those_who_may_and_reaches_the_team_or_all(ana, boss, team):
    with pytest.raises(Forbidden):
        viewing.save_view("For all", Filters(), by=ana, sharing=Sharing.ALL)
    viewing.save_view("Of the team", Filters(), by=boss, sharing=Sharing.TEAM, team_id=team)
    for_all = viewing.save_view("For all", Filters(), by=boss, sharing=Sharing.ALL)

    assert names(ana) == ["Of the team", "For all"]
    assert names(StaffFactory().as_actor()) == ["For all"]
    with pytest.raises(Forbidden):
        viewing.change_view(for_all.id, "Mine now", by=ana, sharing=Sharing.ALL)


def test_each_counts_what_it_shows_its_reader(ana, boss):
    viewing.save_view("Mine", Filters(whose="mine"), by=boss, sharing=Sharing.ALL)
    service.accept(opened(ana).id, by=ana)
    opened(ana)

    assert [each.count for each in views.shown_to(ana)] == [1]
    assert [each.count for each in views.shown_to(boss)] == [0]


def test_counts_take_two_statements_however_many_views_there_are(ana, session):
    category = configuring.add_category("Network", by=BOSS)
    viewing.save_view("First", Filters(), by=ana)
    with statements(session) as few:
        views.shown_to(ana)
    for number in range(12):
        filters = Filters(category=str(category.id), tag="vip", only="followed")
        viewing.save_view(f"View {number}", filters, by=ana)

    with statements(session) as many:
        assert len(views.shown_to(ana)) == 13

    assert len(many) == len(few) == 2


def test_everybody_has_an_order_of_her_own(ana, boss):
    ids = [viewing.save_view(name, Filters(), by=boss, sharing=Sharing.ALL).id for name in "abc"]

    viewing.order_views([ids[2], ids[0]], by=ana)

    assert names(ana) == ["c", "a", "b"]
    assert names(boss) == ["a", "b", "c"]
    hidden = viewing.save_view("hidden", Filters(), by=boss)
    with pytest.raises(NotFound):
        viewing.order_views([hidden.id], by=ana)


def test_a_deleted_view_comes_back_for_some_minutes(ana):
    view = viewing.save_view("Late", Filters(only="late", tag="vip", sort="due"), by=ana)
    viewing.order_views([view.id], by=ana)

    viewing.delete_view(view.id, by=ana)
    assert names(ana) == []
    viewing.restore_view(view.id, by=ana)

    (shown,) = views.shown_to(ana)
    assert shown.filters == Filters(only="late", tag="vip", sort="due")
    viewing.delete_view(view.id, by=ana)
    with clock.moved_to(clock.now() + viewing.UNDO_WITHIN + timedelta(seconds=1)):
        with pytest.raises(TooLateToUndo):
            viewing.restore_view(view.id, by=ana)
        assert viewing.forget_deleted(by=BOSS) == 1


@pytest.mark.parametrize("sort", listing.SORTS)
def test_pages_of_every_order_leave_nothing_out_and_show_nothing_twice(ana, monkeypatch, sort):
    monkeypatch.setattr(listing, "_PAGE", 2)
    for priority in (Priority.LOW, Priority.URGENT, Priority.NORMAL, Priority.HIGH, Priority.LOW):
        opened(ana, priority=priority)
    keys = {
        "newest": lambda t: t.id.int * -1,
        "oldest": lambda t: t.id,
        "due": lambda t: (t.resolve_by, t.id),
    }

    seen, after = [], None
    while page := listing.page_of(ana, Filters(sort=sort), after=after):
        seen += page.items
        after = str(page.next_after) if page.next_after else None
        if after is None:
            break

    assert len({each.id for each in seen}) == len(seen) == 5
    assert seen == sorted(seen, key=keys[sort])
    assert listing.ids_of(ana, Filters(sort=sort), most=3) == [each.id for each in seen[:3]]
