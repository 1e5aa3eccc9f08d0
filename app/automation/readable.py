"""YAML that people write: read safely, with the line of every value, and written back the same.

No tags, no aliases, no key twice; what is wrong is said with its line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from app.automation.errors import Wrong
from app.core.i18n import gettext as _
from app.core.storable import is_storable

LONGEST = 2 * 1024 * 1024
DEEPEST = 20

Path = tuple[str | int, ...]


class NotReadable(Wrong):
    """Each problem begins with its line."""

    code = "not_readable"


@dataclass(frozen=True, slots=True)
class Document:
    """What was written, and where: `line` of a path or of the nearest thing around it."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Sequence[str | int]) -> int:
        found = tuple(path)
        while found and found not in self.lines:
            found = found[:-1]
        return self.lines.get(found, 1)

    def told(self, path: Sequence[str | int], problem: str) -> str:
        return _("Line %(line)s: %(problem)s", line=self.line(path), problem=problem)


def read(text: str) -> Document:
    """Raises NotReadable."""
    if len(text.encode(errors="replace")) > LONGEST:
        raise NotReadable([_("This is too long.")])
    try:
        _refuse_aliases(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        why = error.problem or _("This cannot be read.")
        raise NotReadable([_("Line %(line)s: %(problem)s", line=line, problem=why)]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotReadable([_("This cannot be read.")]) from None
    lines: dict[Path, int] = {}
    data = None if node is None else _value(node, (), lines)
    return Document(data, lines)


def model_of(document: Document, kind: type[BaseModel]) -> Any:
    """Raises NotReadable with a line for each thing that does not fit."""
    try:
        return kind.model_validate(document.data)
    except ValidationError as error:
        raise NotReadable(model_problems(document, error)) from None


def model_problems(document: Document, error: ValidationError, at: Path = ()) -> list[str]:
    """What does not fit, each with its line; `at` is where the model stands in the document."""
    return [document.told((*at, *each["loc"]), _words(each)) for each in error.errors()]


def write(data: Any) -> str:
    """Always the same for the same data, in the order it has."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


class _Dumper(yaml.SafeDumper):
    """Line breaks that are none in YAML's plain texts are escaped: else they come back changed."""


def _text(dumper: Any, text: str) -> Any:
    style = '"' if any(sign in text for sign in "\x85\u2028\u2029\ufeff") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _words(error: Any) -> str:
    name = ".".join(str(each) for each in error["loc"])
    if error["type"] == "missing":
        return _("%(name)s is missing.", name=name)
    if error["type"] == "extra_forbidden":
        return _("nothing is called %(name)s here.", name=name)
    return _("%(name)s is not right: %(why)s.", name=name or _("this"), why=error["msg"])


def _refuse_aliases(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise NotReadable([_told(event.start_mark, _("please write it out, without a *."))])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise NotReadable([_told(event.start_mark, _("this is nested too deeply."))])


def _told(mark: Any, problem: str) -> str:
    return _("Line %(line)s: %(problem)s", line=mark.line + 1, problem=problem)


def _value(node: Any, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, lines))
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*path, at), lines) for at, each in enumerate(node.value)]
    return _scalar(node)


def _pairs(node: Any, path: Path, lines: dict[Path, int]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key, value in node.value:
        name = _storable(key) if isinstance(key, yaml.ScalarNode) else ""
        if not name or name in seen:
            problem = (
                _("%(name)s is written twice.", name=name) if name else _("a name is missing.")
            )
            raise NotReadable([_told(key.start_mark, problem)])
        seen.add(name)
        lines[*path, name] = key.start_mark.line + 1
        yield name, _value(value, (*path, name), lines)


# Only what our own settings can be: text, whole numbers, yes and no, nothing. Everything else that
# YAML guesses (dates, sexagesimals, floats) stays the text that was written.
def _scalar(node: Any) -> Any:
    kind = node.tag.rpartition(":")[2]
    if kind not in {"int", "bool", "null", "str", "float", "timestamp", "value"}:
        raise NotReadable([_told(node.start_mark, _("this kind of value is not known here."))])
    if kind == "null":
        return None
    if kind == "bool":
        return node.value.lower() in {"true", "yes", "on"}
    if kind == "int" and node.value.lstrip("-").isdigit() and len(node.value) < 19:
        return int(node.value)
    return _storable(node)


def _storable(node: Any) -> str:
    """Escapes can write what no database keeps: NUL, and halves of a sign."""
    text = str(node.value)
    if not is_storable(text):
        raise NotReadable([_told(node.start_mark, _("this holds a sign that cannot be kept."))])
    return text
