"""Who works here and who signs in: people, what proves who they are, and their ways in."""

from app.identity.models.entry import (
    EntryLink,
    KnownDevice,
    Letter,
    LinkPurpose,
    ProviderIdentity,
    SignOnAttempt,
)
from app.identity.models.factors import (
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
)
from app.identity.models.grants import Grant
from app.identity.models.people import (
    ApiClient,
    ApprovalRequest,
    ApprovalStatus,
    Confirmation,
    OneTimeCode,
    Session,
    SessionKind,
    SignInFailure,
    Staff,
    Team,
)
from app.identity.models.rights import CustomRole, Reveal

__all__ = [
    "ApiClient",
    "ApprovalRequest",
    "ApprovalStatus",
    "Confirmation",
    "CustomRole",
    "EntryLink",
    "Grant",
    "KnownDevice",
    "Letter",
    "LinkPurpose",
    "OneTimeCode",
    "Passkey",
    "PasskeyChallenge",
    "ProviderIdentity",
    "RecoveryCode",
    "Reveal",
    "Session",
    "SessionKind",
    "SignInFailure",
    "SignOnAttempt",
    "Staff",
    "Team",
]
