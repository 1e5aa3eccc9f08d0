"""Requests to addresses that somebody typed in: outside only, and not for long."""

import itertools
import socket

import httpcore
import pytest

from app.core import outgoing
from app.core.outgoing import NotAllowed

URL = "http://partner.example/hook"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_outside(address):
    assert outgoing.is_outside(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",  # where some clouds tell their machines secrets
        "168.63.129.16",
        "64:ff9b::c000:c0",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",  # 127.0.0.1 behind a translator
        "2002:0a00:0001::1",  # 10.0.0.1 behind a tunnel
        "::127.0.0.1",  # as it was once written in IPv6
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",  # a translator of one's own
        "fec0::1",
    ],
)
def test_our_own_network_is_not_outside_however_it_is_written(address):
    assert not outgoing.is_outside(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://partner.example/",
        "file:///etc/passwd",
        "http://user:secret@partner.example/",
        "http:///nowhere",
        "http://partner.example:0/",
        "http://partner.example:99999/",
        "http://[::1",
        "http://pärtner.example/",
        "http://partner.example/\r\nHost: inside",
        f"http://{'a' * 64}.example/",
    ],
)
def test_what_is_no_address_is_not_called(url):
    with pytest.raises(NotAllowed):
        outgoing.post(url, b"", {})


@pytest.fixture
def answering(monkeypatch):
    """The partner's answer, as the parts in which it comes."""

    def answer(*parts):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: found)
        monkeypatch.setattr(httpcore, "SyncBackend", lambda: httpcore.MockBackend(list(parts)))

    return answer


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"


def test_an_answer_that_drips_is_cut_off_when_its_time_is_over(answering, monkeypatch):
    answering(HEAD, *[b"x"] * 100)
    assert outgoing.post(URL, b"{}", {}) == 200

    answering(HEAD, *[b"x"] * 100)
    seconds = itertools.count()
    monkeypatch.setattr(outgoing.time, "monotonic", lambda: next(seconds))
    with pytest.raises(OSError, match="too long"):
        outgoing.post(URL, b"{}", {})


def test_an_answer_that_never_ends_is_cut_off(answering):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
    answering(head, *[b"x" * 65536] * 100)

    with pytest.raises(OSError, match="too long"):
        outgoing.post(URL, b"{}", {})
