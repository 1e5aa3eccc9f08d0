from sqlalchemy import event

from app.subscriptions import queries as subscriptions
from app.usage import queries
from app.usage.models import UsageRecord
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory, UsageRecordFactory


def test_all_of_a_customer_is_read_in_a_constant_number_of_statements(session):
    seen = []

    def customer_with(lines):
        account = AccountFactory()
        for _ in range(lines):
            prepaid = line_with_plan(OfferVersionFactory(prepaid=True), account=account)
            BalanceFactory(line=prepaid)
            BucketFactory(line=prepaid)
        return account.customer_id

    def statements(customer_id):
        session.expunge_all()
        seen.clear()
        lines = subscriptions.lines_of(customer_id)
        ids = [line.id for line in lines]
        buckets, balances = queries.buckets_of(ids), queries.balances_of(ids)
        for line in lines:
            assert subscriptions.current_plan(line).version.offer.name
            assert buckets[line.id][0].left
            assert balances[line.id].money
        return sum("SAVEPOINT" not in each for each in seen)

    one, forty = customer_with(1), customer_with(40)
    event.listen(session.connection(), "before_cursor_execute", lambda *each: seen.append(each[2]))

    assert statements(one) == statements(forty) <= 8


def test_records_come_by_the_page_latest_first(database):
    line = line_with_plan()
    made = [UsageRecordFactory(line=line) for _ in range(3)]

    first = queries.records_of(line.id, size=2)
    rest = queries.records_of(line.id, size=2, after=str(first.next_after))

    assert [*first.items, *rest.items] == made[::-1]
    assert all(isinstance(each, UsageRecord) for each in rest.items)
    assert rest.next_after is None


def test_a_line_nobody_knows_has_no_chart_and_no_buckets(database):
    line = line_with_plan()

    assert queries.daily(AccountFactory().id) == []
    assert queries.buckets_of([]) == {}
    assert queries.buckets_of([line.id]) == {line.id: []}
    assert [each.data for each in queries.daily(line.id, days=2)] == [0, 0]
