"""Talks with the bot, as reviewers and reports find them."""

from datetime import timedelta

import pytest

from app.conversations.models import Understanding
from app.core import clock, db
from tests.factories.conversations import ConversationFactory, MessageFactory


@pytest.fixture
def heard_as(database):
    """`heard_as("check_balance", 0.9, "¿saldo?")`: a message of a talk of its own, or of `talk`."""

    def hear(intent, confidence=0.9, words="¿Cuánto saldo tengo?", *, talk=None, ago=0, **more):
        at = clock.now() - timedelta(hours=ago)
        if talk is None:
            language = more.pop("language", "es")
            talk = ConversationFactory(language=language, created_at=at, bot_seq=1, **more)
        talk.last_seq += 1
        message = MessageFactory(conversation=talk, seq=talk.last_seq, body=words, at=at)
        db.session.add(
            Understanding(
                message_id=message.id,
                conversation_id=talk.id,
                market_code=talk.market_code,
                channel=talk.channel,
                language=talk.language,
                intent=intent,
                confidence=confidence,
                next_intent="view_bill",
                next_confidence=0.04,
                at=at,
            )
        )
        db.session.commit()
        return message

    return hear
