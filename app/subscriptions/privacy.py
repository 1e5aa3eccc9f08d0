"""What is known of a person's lines: service data stay, sentences about her go."""

from app.core.personal import SERVICE, Blank, Keep, Part, Personal

PART = Part(
    tables=(
        Personal("activation", {"customer_id": "customer"}, Blank(check_id=None, history=[])),
        Personal("block", {"line_id": "line"}, Keep(SERVICE)),
        Personal("disconnection", {"line_id": "line"}, Blank(proof=None)),
        Personal("discount_grant", {"line_id": "line"}, Keep(SERVICE)),
        Personal("esim_profile", {"iccid": "sim"}, Keep(SERVICE)),
        Personal("family_member", {"owner_line_id": "line", "line_id": "line"}, Keep(SERVICE)),
        Personal(
            "line", {"customer_id": "customer", "account_id": "account"}, Blank(cost_centre=None)
        ),
        Personal(
            "line_transfer",
            {"line_id": "line", "from_account_id": "account", "to_account_id": "account"},
            Blank(giver_proof="", taker_proof=None),
        ),
        Personal(
            "plan_request", {"requested_by": "customer", "company_id": "customer"}, Blank(note=None)
        ),
        Personal("scheduled_change", {"line_id": "line"}, Keep(SERVICE)),
        Personal("sim", {"line_id": "line"}, Keep(SERVICE)),
        Personal("stock_card", {"activation_id": "activation"}, Keep(SERVICE)),
        Personal("stock_number", {"activation_id": "activation"}, Keep(SERVICE)),
        Personal("subscription", {"line_id": "line"}, Keep(SERVICE)),
    ),
    exempt={
        "stock_batch": "cards and numbers before anybody has them",
    },
)
