"""OpenSearch, or Elasticsearch: what both understand alike."""

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx
import structlog
from opensearchpy import Connection, OpenSearch
from opensearchpy.exceptions import (
    ConnectionError as NotConnected,
)
from opensearchpy.exceptions import (
    OpenSearchException,
    RequestError,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core import clock, http
from app.search.adapters import dialect
from app.search.port import Document, EngineDown, Hits, Wanted

log = structlog.get_logger(__name__)

FIND_SECONDS = 1.0
_HEALTH_SECONDS = 1.0
_WRITE_SECONDS = 20.0
_BROKEN_SECONDS = 10.0
_LARGEST_ANSWER = 4 * 1024 * 1024
_LARGEST_REQUEST = 4 * 1024 * 1024
_DONE = range(200, 300)
_NEWER_IS_THERE, _NOT_THERE = 409, 404
_TRY_AGAIN = (429, 503)


class Engine:
    """`url` may name a user and a password. `name` is what its indexes begin with.

    Who has failed once is left alone for ten seconds, in which PostgreSQL searches at once.
    """

    def __init__(self, url: str, *, name: str, find_seconds: float = FIND_SECONDS) -> None:
        self._name = name
        self._seconds = find_seconds
        self._broken_until = 0.0
        self._http = http.client(url, timeout=_WRITE_SECONDS)
        self._client = OpenSearch(
            url,
            connection_class=_Connection,
            client=self._http,
            max_retries=0,
            timeout=_WRITE_SECONDS,
        )

    def close(self) -> None:
        """Give the open connections back."""
        self._http.close()

    def is_up(self) -> bool:
        try:
            return bool(
                self._client.indices.exists_alias(name=self._name, request_timeout=_HEALTH_SECONDS)
            )
        except OpenSearchException:
            return False

    def find(self, wanted: Wanted) -> Hits:
        if time.monotonic() < self._broken_until:
            raise EngineDown("it is left alone for a while")
        try:
            return self._found(wanted)
        except (OpenSearchException, ValidationError, ValueError) as error:
            if not isinstance(error, RequestError):
                self._broken_until = time.monotonic() + _BROKEN_SECONDS
            raise EngineDown(type(error).__name__) from error

    def put(
        self,
        indexes: Sequence[str],
        documents: Sequence[Document],
        gone: Collection[UUID],
        *,
        version: int,
    ) -> None:
        actions = [*map(_written, documents), *map(_forgotten, gone)]
        for lines in _in_requests(actions, indexes, version):
            self._send(lines)

    def make(self) -> str:
        """With an alias of its own to write to: what lost its index must not be made anew by a
        write, without what it knows of words."""
        index = f"{self._name}-{clock.now():%Y%m%d%H%M%S%f}"
        body = {**dialect.INDEX, "aliases": {_writes(index): {}}}
        self._do(lambda: self._client.indices.create(index=index, body=body))
        return index

    def serve(self, index: str) -> None:
        actions = [
            {"remove": {"index": f"{self._name}-*", "alias": self._name, "must_exist": False}},
            {"add": {"index": index, "alias": self._name}},
        ]
        self._do(lambda: self._client.indices.update_aliases(body={"actions": actions}))
        self._broken_until = 0.0

    def indexes(self) -> set[str]:
        known = self._do(lambda: self._client.indices.get_alias(index=f"{self._name}-*"))
        return {str(index) for index in known if index.startswith(f"{self._name}-2")}

    def drop(self, index: str) -> None:
        self._do(
            lambda: self._client.indices.delete(index=index, params={"ignore_unavailable": "true"})
        )

    def _found(self, wanted: Wanted) -> Hits:
        said = self._client.search(
            index=self._name,
            body=dialect.query(wanted),
            params={"allow_partial_search_results": "false"},
            request_timeout=self._seconds,
        )
        answer = _Answer.model_validate(said)
        if answer.timed_out:
            raise ValueError("it did not look everywhere")
        keys = list(dict.fromkeys(UUID(hit.sort[-1]) for hit in answer.hits.hits))
        return Hits(keys[: wanted.most], more=len(keys) > wanted.most)

    def _send(self, lines: list[str]) -> None:
        params = {"require_alias": "true", "refresh": "true"}
        said = self._do(lambda: self._client.bulk(body="\n".join([*lines, ""]), params=params))
        for item in _Written.model_validate(said).items:
            for deed, outcome in item.items():
                _check(deed, outcome)

    def _do(self, call: Any) -> Any:
        try:
            return call()
        except (OpenSearchException, ValidationError, ValueError) as error:
            raise EngineDown(f"{type(error).__name__}: {error}"[:300]) from error


class _Connection(Connection):
    """Over our own HTTP client: no proxies, and an end to answers that drip or never end."""

    def __init__(self, *, client: httpx.Client, **more: Any) -> None:
        super().__init__(**more)
        self._client = client

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        limit = timeout or _WRITE_SECONDS
        try:
            response, said = self._asked(
                method,
                url,
                limit,
                params=params,
                content=body,
                headers={**self.headers, **(headers or {})},
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotConnected("N/A", type(error).__name__, error) from error
        told = dict(response.headers.items())
        if not response.is_success and response.status_code not in ignore:
            self._raise_error(response.status_code, said, told.get("content-type"))
        return response.status_code, told, said

    def _asked(
        self, method: str, url: str, limit: float, **more: Any
    ) -> tuple[httpx.Response, str]:
        deadline = time.monotonic() + limit
        waiting = httpx.Timeout(limit, connect=min(http.CONNECT_SECONDS, limit))
        said = bytearray()
        with self._client.stream(method, url, timeout=waiting, **more) as response:
            for chunk in response.iter_bytes():
                said += chunk
                if time.monotonic() > deadline or len(said) > _LARGEST_ANSWER:
                    raise httpx.ReadTimeout("it drips")
        return response, said.decode("utf-8", "replace")


class _Hit(BaseModel):
    sort: list[Any] = Field(min_length=1)


class _Hits(BaseModel):
    hits: list[_Hit]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    timed_out: bool
    hits: _Hits


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore")

    items: list[dict[str, dict[str, Any]]]


def _check(deed: str, outcome: Mapping[str, Any]) -> None:
    """What it can never take is logged and passed by; all else is tried again."""
    status = int(outcome.get("status", _TRY_AGAIN[0]))
    if status in _DONE or status == _NEWER_IS_THERE:
        return
    lost = "index_not_found" in str(outcome.get("error", ""))
    if status == _NOT_THERE and deed == "delete" and not lost:
        return
    if status in _TRY_AGAIN or lost or status == _NOT_THERE:
        raise EngineDown(f"{deed}: {status}")
    log.error("search_document_refused", key=outcome.get("_id"), error=outcome.get("error"))


def _writes(index: str) -> str:
    return f"{index}-writes"


def _written(document: Document) -> tuple[str, UUID, dict[str, Any] | None]:
    return "index", document.key, dialect.document(document)


def _forgotten(key: UUID) -> tuple[str, UUID, dict[str, Any] | None]:
    return "delete", key, None


def _in_requests(
    actions: Sequence[tuple[str, UUID, dict[str, Any] | None]], indexes: Sequence[str], version: int
) -> Iterator[list[str]]:
    lines: list[str] = []
    size = 0
    for deed, key, body in actions:
        for index in indexes:
            told = {"_index": _writes(index), "_id": str(key)}
            told |= {"version": version, "version_type": "external"}  # type: ignore[dict-item]
            new = [json.dumps({deed: told})]
            new += [json.dumps(body)] if body is not None else []
            if lines and size + sum(map(len, new)) > _LARGEST_REQUEST:
                yield lines
                lines, size = [], 0
            lines += new
            size += sum(map(len, new))
    if lines:
        yield lines
