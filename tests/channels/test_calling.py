"""Who is told our credentials when a file is fetched."""

from itertools import pairwise

import httpx
import pytest

from channels.calling import Api
from channels.port import Undeliverable


def fetched_from(*addresses):
    """Each address leads to the next; returns which of them were told who we are."""
    told = {}

    def answer(request):
        url = str(request.url)
        told[url] = "authorization" in request.headers
        following = dict(pairwise(addresses)).get(url)
        headers = {"location": following} if following else {}
        return httpx.Response(307 if following else 200, headers=headers, content=b"x")

    api = Api(
        "https://api.example/v1",
        headers={"Authorization": "Bearer x"},
        hosts=("cdn.example",),
        asking=("files.example",),
    )
    api._client = httpx.Client(transport=httpx.MockTransport(answer))
    api.download(addresses[0])
    return [told[address] for address in addresses]


@pytest.mark.parametrize(
    ("addresses", "told"),
    [
        (["https://api.example/v1/file"], [True]),
        (["https://a.files.example/file"], [True]),
        (["https://cdn.example/file"], [False]),
        (["https://api.example/v1/file", "https://x.cdn.example/file"], [True, False]),
        (["https://api.example/v1/file", "https://files.example/file"], [True, False]),
    ],
)
def test_only_who_asks_at_first_is_told(addresses, told):
    assert fetched_from(*addresses) == told


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.evil.example/v1/file",
        "https://api.example/v1",
        "https://notcdn.example/file",
        "http://cdn.example/file",
        "https://cdn.example@evil.example/file",
        "file:///etc/passwd",
    ],
)
def test_strangers_are_not_asked(url):
    with pytest.raises(Undeliverable):
        fetched_from(url)
