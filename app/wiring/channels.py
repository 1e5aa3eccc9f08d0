"""The providers of channels. An adapter is named here and nowhere else."""

from app.messaging import pace, switch
from channels.port import Provider
from config import Config

PROVIDERS: tuple[Provider, ...] = ()


def plug_in(config: Config) -> None:
    for provider in PROVIDERS:
        switch.plug_in(provider)
    switch.stand_at(config.public_url, config.channels_sandbox_url)
    pace.keep_in(config.redis_url)
