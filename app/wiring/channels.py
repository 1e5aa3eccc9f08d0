"""The providers of channels. An adapter is named here and nowhere else."""

from app.messaging import pace, switch
from channels.email import sendgrid, smtp
from channels.messenger import meta
from channels.port import Provider
from channels.sms import twilio
from channels.telegram import bot
from channels.whatsapp import cloud
from config import Config

PROVIDERS: tuple[Provider, ...] = (
    sendgrid.PROVIDER,
    smtp.PROVIDER,
    twilio.PROVIDER,
    cloud.PROVIDER,
    meta.PROVIDER,
    meta.INSTAGRAM,
    bot.PROVIDER,
)


def plug_in(config: Config) -> None:
    for provider in PROVIDERS:
        switch.plug_in(provider)
    switch.stand_at(config.public_url, config.channels_sandbox_url)
    pace.keep_in(config.redis_url)
