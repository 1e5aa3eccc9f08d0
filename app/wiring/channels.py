"""The providers of channels. An adapter is named here and nowhere else."""

from app.messaging import pace, switch
from app.selfservice import keywords
from app.selfservice.service import commands
from channels.dialogue import DialogueProvider
from channels.email import sendgrid, smtp
from channels.messenger import meta
from channels.port import Provider
from channels.sms import twilio
from channels.telegram import bot
from channels.ussd import africastalking
from channels.voice import events as telephone_switch
from channels.voice import twilio as twilio_voice
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


DIALOGUES: tuple[DialogueProvider, ...] = (
    africastalking.PROVIDER,
    twilio_voice.PROVIDER,
    telephone_switch.PROVIDER,
)


def plug_in(config: Config) -> None:
    for provider in PROVIDERS:
        switch.plug_in(provider)
    for dialogue in DIALOGUES:
        switch.plug_in_dialogue(dialogue)
    switch.obey("sms", switch.Commands(commands.command, keywords.without_secrets))
    switch.stand_at(config.public_url, config.channels_sandbox_url)
    pace.keep_in(config.redis_url)
