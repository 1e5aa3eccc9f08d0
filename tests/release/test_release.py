"""A new model answers customers only if it understands them no worse. On recorded evaluations."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.demo import release, swapping, verdict
from app.demo.readiness import NotReady
from app.demo.stack import SPARE, Stack

BEFORE = {
    "accuracy": {"all": 0.88, "en": 0.90, "es": 0.86, "pt": 0.88},
    "out_of_scope_recall": {"all": 0.88, "en": 0.9},
    "false_rejections": {"all": 0.03, "en": 0.03},
}


def figures(**changes):
    """`es=0.8`, `recall=…` or `turned_away=…` beside those before."""
    told = json.loads(json.dumps(BEFORE))
    told["out_of_scope_recall"]["all"] = changes.pop("recall", 0.88)
    told["false_rejections"]["all"] = changes.pop("turned_away", 0.03)
    told["accuracy"] |= changes
    return told


@pytest.mark.parametrize(
    ("after", "fallen"),
    [
        (figures(), []),
        (figures(en=0.95, es=0.85), []),
        (figures(es=0.849), ["accuracy, es"]),
        (figures(en=0.99, pt=0.5), ["accuracy, pt"]),
        (figures(recall=0.86), []),
        (figures(recall=0.85), ["out of scope, recognised"]),
        (figures(turned_away=0.041), ["in scope, turned away"]),
        (figures(turned_away=0.0), []),
    ],
)
def test_no_language_may_fall_nor_strangers_slip_in_nor_friends_be_turned_away(after, fallen):
    told = verdict.checks(BEFORE, after)

    assert [check.name for check in told if not check.holds] == fallen


def test_a_language_that_is_no_longer_measured_has_fallen():
    after = figures()
    del after["accuracy"]["pt"]

    assert not all(check.holds for check in verdict.checks(BEFORE, after))


def test_nothing_before_means_nothing_to_fall_from():
    assert all(check.holds for check in verdict.checks({}, figures()))


@dataclass
class Supervised:
    """A stack whose supervisor only notes what it is told; `mute` programs never speak."""

    models: Path
    running: bool = True
    mute: set = field(default_factory=set)
    told: list = field(default_factory=list)
    link: Path | None = None
    bot_ports: dict = field(default_factory=lambda: {"rasa": 1, "rasa-2": 2, SPARE: 3})

    def control(self, *words):
        if words[0] != "status":
            self.told.append(" ".join(words))
        return "rasa RUNNING" if self.running else "rasa STOPPED"

    def linked_model(self):
        return self.link

    def link_model(self, model):
        self.told.append(f"link {model.name}")
        self.link = model

    def bot_speaks(self, name):
        return name not in self.mute


@pytest.fixture
def stack(tmp_path):
    return Supervised(tmp_path)


@pytest.fixture
def let_go(tmp_path, stack, monkeypatch):
    """Release a model of these figures."""
    monkeypatch.setattr(release, "RECORDED", tmp_path / "recorded.json")

    def go(name, found, *, force=""):
        model = tmp_path / f"dialtone-{name}.tar.gz"
        model.touch()
        measured = []

        def measure(path):
            measured.append(path.name)
            return found

        code = release.release(model, stack, force=force, measure=measure, models=tmp_path)
        return code, measured

    return go


def released(folder):
    return json.loads((folder / "released.json").read_text())


def test_the_better_is_released_the_worse_is_not_unless_somebody_says_why(
    tmp_path, stack, let_go, capsys
):
    assert let_go("a", figures())[0] == 0
    stack.told.clear()

    assert let_go("b", figures(es=0.8))[0] == 1
    assert "fell by more than 1.0%" in capsys.readouterr().out
    assert stack.told == []
    assert released(tmp_path)["model"] == "dialtone-a.tar.gz"

    assert let_go("b", figures(es=0.8), force="a new plan must be known today")[0] == 0
    assert released(tmp_path)["forced"] == "a new plan must be known today"
    assert let_go("a", figures())[0] == 0


def test_a_model_is_measured_once_and_again_when_the_questions_change(
    tmp_path, let_go, monkeypatch
):
    assert let_go("a", figures())[1] == ["dialtone-a.tar.gz"]
    assert let_go("a", figures())[1] == []
    monkeypatch.setattr(release, "fingerprint", lambda: "other questions")

    assert let_go("b", figures())[1] == ["dialtone-b.tar.gz", "dialtone-a.tar.gz"]


def test_the_figures_of_the_repository_count_where_nothing_was_released(tmp_path, let_go):
    recorded = {"model": "gone", "questions": release.fingerprint(), "figures": figures(en=0.95)}
    (tmp_path / "recorded.json").write_text(json.dumps(recorded))

    assert let_go("a", figures(en=0.9))[0] == 1


def test_at_any_moment_somebody_speaks(tmp_path, stack, let_go):
    let_go("a", figures())

    assert stack.told == [
        "link dialtone-a.tar.gz",
        f"start {SPARE}",
        "stop rasa",
        "start rasa",
        "stop rasa-2",
        "start rasa-2",
        f"stop {SPARE}",
    ]


def test_a_model_that_does_not_speak_leaves_all_as_it_was(tmp_path, stack):
    stack.link, stack.mute = tmp_path / "old.tar.gz", {SPARE}

    with pytest.raises(NotReady):
        swapping.swap(stack, tmp_path / "new.tar.gz", seconds=0)

    assert stack.link.name == "old.tar.gz"
    assert not any(each.startswith("stop rasa ") for each in [f"{each} " for each in stack.told])


def test_without_a_running_bot_it_is_only_written_down(tmp_path, stack, let_go):
    stack.running = False

    assert let_go("a", figures())[0] == 0
    assert stack.told == []


def test_processes_have_ports_of_their_own_and_the_application_knows_them(tmp_path):
    stack = Stack(tmp_path, 8000, {}, model=tmp_path / "m.tar.gz", bot_processes=3)

    assert stack.bot_ports == {"rasa": 8005, "rasa-2": 8003, "rasa-3": 8004, SPARE: 8007}
    told = stack.environment()["RASA_URL"].split(",")
    assert told == [f"http://127.0.0.1:{port}" for port in (8005, 8003, 8004, 8007)]
    names = [each.name for each in stack._bot()]
    assert names == ["actions", "rasa", "rasa-2", "rasa-3", SPARE]


def test_the_link_to_the_model_is_never_missing(tmp_path):
    stack = Stack(tmp_path, 8000, {})
    first, second = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    first.touch(), second.touch()

    assert stack.linked_model() is None
    stack.link_model(first)
    stack.link_model(second)

    assert stack.linked_model() == second.resolve()
