"""What every domain says of the persons in its tables: for exports and for erasing."""

from app.assist import privacy as assist
from app.audit import privacy as audit
from app.automation import privacy as automation
from app.billing import privacy as billing
from app.conversations import privacy as conversations
from app.core.i18n import lazy
from app.core.personal import Keep, Part, Personal
from app.customers import privacy as customers
from app.identity import privacy as identity
from app.insights import privacy as insights
from app.ledger import privacy as ledger
from app.mediation import privacy as mediation
from app.messaging import privacy as messaging
from app.network import privacy as network
from app.oversight import privacy as oversight
from app.payments import privacy as payments
from app.privacy import register
from app.privacy import tables as own
from app.selfservice import privacy as selfservice
from app.subscriptions import privacy as subscriptions
from app.tickets import privacy as tickets
from app.usage import privacy as usage

# What holds nothing of customers, and has no domain that would say so.
OTHERS = Part(
    tables=(
        Personal(
            "article_use",
            {"conversation_id": "conversation"},
            Keep(lazy("which article was of use")),
        ),
    ),
    exempt={
        "article_file": "written for everybody",
        "article_search": "words that somebody looked for; nobody knows who",
        "article_translation": "written for everybody",
        "kb_category": "of the operator",
        "search_synonyms": "words",
        "allowance": "of offers",
        "api_answer": "answers to machines, gone after a day",
        "article": "written for everybody",
        "article_version": "written for everybody",
        "data_key": "keys",
        "discount": "of offers",
        "market": "of the operator",
        "market_policy_version": "of the operator",
        "offer": "of the operator",
        "offer_draft": "of the operator",
        "offer_version": "of the operator",
        "outbox": "ids, gone as soon as they are heard",
        "reference_series": "the last numbers",
        "search_due": "ids, gone as soon as the search engine knows",
        "search_index": "names of indexes",
        "search_entry": "articles as they are searched",
        "search_word": "words of articles",
        "transfer_error": "lines of files that could not be read",
        "transfer_job": "files from elsewhere, sealed",
        "transfer_origin": "numbers of another system",
    },
)
PARTS = (
    identity.PART,
    customers.PART,
    subscriptions.PART,
    usage.PART,
    mediation.PART,
    network.PART,
    billing.PART,
    payments.PART,
    ledger.PART,
    conversations.PART,
    messaging.PART,
    tickets.PART,
    automation.PART,
    selfservice.PART,
    assist.PART,
    insights.PART,
    oversight.PART,
    audit.PART,
    own.PART,
    OTHERS,
)


def plug_in() -> None:
    register.use(PARTS)
