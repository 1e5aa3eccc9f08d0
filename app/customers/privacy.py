"""What is known of who a customer is: emptied in place, for her bills still name her number."""

from app.core.personal import BOOKS, Blank, Delete, Keep, Part, Personal, Sql

PART = Part(
    tables=(
        Personal(
            "customer",
            {"id": "customer"},
            Blank(
                name="—",
                email=Sql("'erased-' || id || '@invalid'"),
                phone="",
                city="",
                password_hash=None,
            ),
        ),
        Personal("account", {"customer_id": "customer"}, Keep(BOOKS)),
        Personal("customer_address", {"customer_id": "customer"}, Delete()),
        Personal(
            "identity_check",
            {"customer_id": "customer"},
            Delete(),
        ),
        Personal(
            "identity_document",
            {"check_id": "identity_check"},
            Delete(),
        ),
        Personal("notice", {"customer_id": "customer"}, Delete()),
    ),
)
