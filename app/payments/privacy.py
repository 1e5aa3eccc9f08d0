"""What payments say of a person: kept as the law wants, without the ways to pay."""

from app.core.personal import BOOKS, Blank, Keep, Part, Personal

PART = Part(
    tables=(
        Personal("autopay_attempt", {"payment_id": "payment"}, Keep(BOOKS)),
        Personal("autopay_debit", {"invoice_id": "invoice"}, Keep(BOOKS)),
        Personal("autopay_mandate", {"account_id": "account"}, Keep(BOOKS)),
        Personal("cash_use", {"payment_id": "payment"}, Keep(BOOKS)),
        Personal("chargeback", {"payment_id": "payment"}, Blank(evidence=None)),
        Personal("gateway_call", {"payment_id": "payment"}, Blank(payload={})),
        Personal("instalment", {"plan_id": "payment_plan"}, Keep(BOOKS)),
        Personal(
            "payment", {"account_id": "account"}, Blank(method=None, hosted_url=None, action=None)
        ),
        Personal("payment_plan", {"account_id": "account"}, Keep(BOOKS)),
        Personal("payment_plan_invoice", {"invoice_id": "invoice"}, Keep(BOOKS)),
        Personal("refund", {"payment_id": "payment"}, Blank(reason="")),
        Personal(
            "saved_method", {"customer_id": "customer"}, Blank(brand=None, last4=None, expires=None)
        ),
        Personal("voucher", {"line_id": "line"}, Keep(BOOKS)),
    ),
    exempt={
        "gateway_health": "how providers do",
        "gateway_route": "which provider a market uses",
        "unallocated_cash": "money of which nobody knows whose it is",
        "voucher_batch": "vouchers before anybody has them",
    },
)
