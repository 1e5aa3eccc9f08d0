"""What a customer has, what is to become of it, and what is in stock for new lines."""

from app.subscriptions.models.activations import (
    Activation,
    ActivationStatus,
    EsimProfile,
    ProfileState,
)
from app.subscriptions.models.benefits import DiscountGrant, FamilyMember
from app.subscriptions.models.changes import (
    ChangeStatus,
    Disconnection,
    Leaving,
    OrderStatus,
    PlanRequest,
    RequestStatus,
    ScheduledChange,
)
from app.subscriptions.models.lines import (
    ONE_PLAN_AT_A_TIME,
    Block,
    BlockEffect,
    Line,
    LineStatus,
    Sim,
    SimStatus,
    Subscription,
)
from app.subscriptions.models.stock import StockBatch, StockCard, StockNumber, StockState

__all__ = [
    "ONE_PLAN_AT_A_TIME",
    "Activation",
    "ActivationStatus",
    "Block",
    "BlockEffect",
    "ChangeStatus",
    "Disconnection",
    "DiscountGrant",
    "EsimProfile",
    "FamilyMember",
    "Leaving",
    "Line",
    "LineStatus",
    "OrderStatus",
    "PlanRequest",
    "ProfileState",
    "RequestStatus",
    "ScheduledChange",
    "Sim",
    "SimStatus",
    "StockBatch",
    "StockCard",
    "StockNumber",
    "StockState",
    "Subscription",
]
