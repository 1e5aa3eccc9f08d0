"""Every page and dialog of every surface in a real Chromium: light, dark, and as narrow as a
telephone.

What axe calls serious or critical, what must be scrolled sideways, words that their box cuts off
and whatever the browser complains of are faults. PICTURES names a folder for what was seen, and
`WHO=staff` looks at the staff's screens, which takes some minutes.
"""

import os
from urllib.parse import urlencode

import pytest

from tests.screens.filling import OWN_ARGUMENTS, words_of
from tests.security.routes import routes_of

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(1800)]

# Not seen by people, or by them as something else than a page of ours.
ELSEWHERE = ("/api/", "/scim/", "/hooks/", "/static/", "/healthz", "/readyz", "/metrics")
NO_SCREENS = {
    "backoffice.export_usage_layout",
    "backoffice.revenue_sheet",
    "portal.bill_code",
    "portal.bill_pdf",
    "portal.bill_usage",
    "portal.chat.download",
    "portal.help_file",
    "portal.help_map",
    "portal.payment_code",
    "portal.widget.program",
    "supervision.audit_report_paper",
    "supervision.audit_report_sheet",
    "supervision.bot_report_sheet",
    "supervision.report_export",
    "supervision.transfer_errors",
    "workspace.attachment",
    "workspace.invoice_pdf",
    "workspace.invoice_usage",
    "workspace.kb_file",
    "security_txt",
    "workspace.sign_on_metadata",
    # Of mails and of usage, which she has none of.
    "workspace.mail",
    "workspace.mail_page",
    "workspace.why_record",
    # Nothing was paid from there.
    "portal.topped_up",
}
WHO = os.environ.get("WHO", "customer stranger").split()
# A refusal has a page too.
REFUSES = {"workspace.back_from_sign_on"}


@pytest.mark.parametrize("who", WHO)
def test_nothing_is_wrong_with_any_screen(served, shown, valeria, eyes_of, who):
    words, eyes = words_of(shown, valeria), eyes_of(who)

    for route in routes_of(served.app, "GET"):
        its = "stranger" if route.is_public else route.kind.value
        elsewhere = route.endpoint in NO_SCREENS or route.rule.startswith(ELSEWHERE)
        if its == who and not elsewhere:
            arguments = {**shown, **OWN_ARGUMENTS.get(route.endpoint, {})}
            path = f"{route.path(**arguments)}?{urlencode(words.get(route.endpoint, {}))}"
            eyes.look_at(path, route.endpoint, may_refuse=route.endpoint in REFUSES)

    assert eyes.wrong == [], "\n".join(eyes.wrong)
