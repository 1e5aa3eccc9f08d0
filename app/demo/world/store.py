"""Everything the outside world remembers: tables of rows in memory, one JSON file on disk."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Store:
    """Rows by table and key. Threads take turns; the file is replaced whole after a change."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "world.json"
        self._lock = threading.RLock()
        self._depth = 0
        self._tables: dict[str, dict[str, Row]] = {}
        if self._file.exists():
            self._tables = json.loads(self._file.read_text(encoding="utf-8"))

    def get(self, table: str, key: str) -> Row | None:
        with self._lock:
            row = self._tables.get(table, {}).get(key)
            return None if row is None else dict(row)

    def row(self, table: str, key: str) -> Row:
        """A row that is known to be there; KeyError otherwise."""
        with self._lock:
            return dict(self._tables[table][key])

    def rows(self, table: str) -> list[Row]:
        """Oldest first."""
        with self._lock:
            return [dict(row) for row in self._tables.get(table, {}).values()]

    def put(self, table: str, key: str, row: Row) -> None:
        with self.changing():
            self._tables.setdefault(table, {})[key] = dict(row)

    def remove(self, table: str, key: str) -> None:
        with self.changing():
            self._tables.get(table, {}).pop(key, None)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Look, decide and write with nobody in between. Check first, put last; saved once."""
        with self._lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._save()

    def _save(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._tables), encoding="utf-8")
        fresh.replace(self._file)
