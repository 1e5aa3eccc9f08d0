"""All that the bot can do, by name."""

from app.selfservice.proposals.block_line import BlockLine
from app.selfservice.proposals.buy_addon import BuyAddon
from app.selfservice.proposals.change_city import ChangeCity
from app.selfservice.proposals.change_plan import ChangePlan
from app.selfservice.proposals.dispute_charge import DisputeCharge
from app.selfservice.proposals.end_autopay import EndAutoPay, ResumeAutoPay
from app.selfservice.proposals.kind import Kind
from app.selfservice.proposals.pause_line import PauseLine
from app.selfservice.proposals.pay_bills import PayBills
from app.selfservice.proposals.port_out import KeepNumber, PortOutCode
from app.selfservice.proposals.replace_sim import ReplaceSim
from app.selfservice.proposals.request_refund import RequestRefund
from app.selfservice.proposals.start_autopay import StartAutoPay
from app.selfservice.proposals.top_up import TopUp

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        ChangePlan(),
        DisputeCharge(),
        EndAutoPay(),
        PayBills(),
        RequestRefund(),
        ResumeAutoPay(),
        StartAutoPay(),
        TopUp(),
        BlockLine(),
        BuyAddon(),
        ChangeCity(),
        KeepNumber(),
        PauseLine(),
        PortOutCode(),
        ReplaceSim(),
    )
}
