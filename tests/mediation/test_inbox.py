"""The watched folder and the command line: two more ways in to the same services."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core import clock, db
from app.core.actor import SYSTEM
from app.mediation import service, switch
from app.mediation.models import FileStatus, ReceivedFile
from app.mediation.tasks import take_in
from app.usage.models import UsageRecord
from tests.factories.mediation import CSV, LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.mediation.conftest import MAY_1, csv_file, records, row


@pytest.fixture
def inbox(kept):
    folder = kept / "inbox"
    (folder / "switch").mkdir(parents=True)
    switch.watch(folder)
    yield folder
    switch.watch(None)


def lying(folder):
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_files_are_taken_and_move_to_done_or_refused_with_the_reason(line, inbox):
    LayoutFactory()
    (inbox / "switch" / "good.csv").write_bytes(csv_file(row(line)))
    (inbox / "switch" / "bad.csv").write_bytes(csv_file(row(line), count=7))
    (inbox / "switch" / ".half.csv").write_bytes(b"H;")
    (inbox / "switch" / "half.csv.part").write_bytes(b"H;")
    (inbox / "nobody").mkdir()
    (inbox / "nobody" / "x.csv").write_bytes(b"x")

    assert (take_in(), take_in()) == (3, 0)

    assert lying(inbox) == [
        "done/switch/good.csv",
        "refused/nobody/x.csv",
        "refused/nobody/x.csv.reason",
        "refused/switch/bad.csv",
        "refused/switch/bad.csv.reason",
        "switch/.half.csv",
        "switch/half.csv.part",
    ]
    reason = (inbox / "refused/switch/bad.csv.reason").read_text()
    assert "wrong_total" in reason
    assert "'said': '7'" in reason
    assert records() == [60]


def test_a_file_waits_for_its_control_totals_and_both_move_together(line, inbox):
    definition = {**CSV, "beside": {"suffix": ".ctl"}, "mark": None}
    definition["totals"] = [{"in": "beside", "from": "RECORDS"}]
    LayoutFactory(definition=definition)
    (inbox / "switch" / "a.csv").write_text(row(line))
    (inbox / "switch" / "b.csv").write_text(row(line))
    (inbox / "switch" / "b.ctl").write_text("RECORDS=2")
    (inbox / "switch" / "late.csv").write_text(row(line, 90))

    first = take_in()
    (inbox / "switch" / "a.csv.ctl").write_text("RECORDS=1")
    os.utime(inbox / "switch" / "late.csv", (0, 0))

    assert (first, take_in()) == (1, 2)
    assert lying(inbox) == [
        "done/switch/a.csv",
        "done/switch/a.csv.ctl",
        "refused/switch/b.csv",
        "refused/switch/b.csv.reason",
        "refused/switch/b.ctl",
        "refused/switch/late.csv",
        "refused/switch/late.csv.reason",
    ]
    assert "no_control_file" in (inbox / "refused/switch/late.csv.reason").read_text()
    assert records() == [60]


def test_a_file_that_somebody_claimed_and_left_is_taken_up(line, inbox):
    LayoutFactory()
    claimed = inbox / "working" / "switch" / "left.csv"
    claimed.parent.mkdir(parents=True)
    claimed.write_bytes(csv_file(row(line)))

    assert take_in() == 0, "somebody is at it"
    os.utime(claimed, (0, 0))
    assert take_in() == 1
    assert records() == [60]


def test_many_workers_take_each_file_once(committing, inbox):
    LayoutFactory()
    line = line_with_plan(activated_at=MAY_1)
    for number in range(6):
        content = csv_file(*(row(line, n + 1) for n in range(40)))
        (inbox / "switch" / f"{number}.csv").write_bytes(content)

    def work(_):
        with db.session_scope():
            return service.take_folder(inbox)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))

    db.session.rollback()
    assert len([each for each in lying(inbox) if each.startswith("done/")]) == 6
    assert db.session.scalar(select(func.count()).select_from(UsageRecord)) == 240
    files = db.session.scalars(select(ReceivedFile)).all()
    assert [(each.status, each.accepted) for each in files] == [(FileStatus.DONE, 40)] * 6


def test_the_command_line_tells_what_became_of_a_file(app, kept):
    LayoutFactory()
    line = line_with_plan(activated_at=MAY_1)
    good, bad = kept / "good.csv", kept / "bad.csv"
    good.write_bytes(csv_file(row(line), row("+525500000000")))
    bad.write_bytes(csv_file(row(line), count=7))
    run = app.test_cli_runner().invoke

    done = run(args=["usage", "import", str(good), "--source", "switch"])
    refused = run(args=["usage", "import", str(bad), "--source", "switch"])
    unknown = run(args=["usage", "import", str(good), "--source", "nobody"])

    assert done.exit_code == 0
    assert "rows 2, accepted 1, duplicates 0, matched 0, parts 0, for_review 1" in done.output
    assert refused.exit_code == 1
    assert "refused: wrong_total records: 7 ≠ 1" in refused.output
    assert unknown.exit_code == 1
    assert "unknown_source" in unknown.output


def test_files_that_were_left_are_finished_by_the_sweep(line, kept):
    LayoutFactory()
    with (kept / "a.csv").open("wb") as file:
        file.write(csv_file(row(line)))
    with (kept / "a.csv").open("rb") as stream:
        file = service.receive("switch", "a.csv", stream, by=SYSTEM)

    assert service.finish_abandoned() == 0
    with clock.moved_to(clock.now() + timedelta(minutes=3)):
        assert service.finish_abandoned() == 1

    assert file.status is FileStatus.DONE


def test_a_file_whose_content_is_lost_halfway_is_refused_and_the_others_go_on(line, kept):
    LayoutFactory()
    lost = service.receive("switch", "a.csv", BytesIO(csv_file(row(line, 30))), by=SYSTEM)
    other = service.receive("switch", "b.csv", BytesIO(csv_file(row(line))), by=SYSTEM)
    lost.status, lost.rows = FileStatus.READING, 1
    (kept / "kept" / lost.digest).unlink()

    with clock.moved_to(clock.now() + timedelta(minutes=3)):
        assert service.finish_abandoned() == 2

    assert (lost.status, lost.reason) == (FileStatus.REFUSED, "content_lost")
    assert other.status is FileStatus.DONE
    assert records() == [60]


def test_a_file_that_cannot_be_settled_does_not_hold_up_the_others(line, inbox):
    LayoutFactory()
    LayoutFactory(source="broken", definition={"format": "no such"})
    (inbox / "broken").mkdir()
    (inbox / "broken" / "a.csv").write_bytes(csv_file(row(line, 30)))
    (inbox / "switch" / "b.csv").write_bytes(csv_file(row(line)))

    assert take_in() == 1

    assert lying(inbox) == ["done/switch/b.csv", "working/broken/a.csv"]
    assert records() == [60]
