"""What each kind of row becomes in the books, as a SELECT over a set of such rows.

A rule gives a row a leg: key, source_id, market_code, at, book, account_id, provider, amount,
currency. Debits are positive. `:ids` are the rows to post.
"""

_LEGS = "leg (book, account_id, provider, amount)"

INVOICE = f"""
SELECT 'invoice:' || i.id AS key, i.id AS source_id, i.market_code, i.issued_at AS at,
       leg.*, i.currency
FROM invoice i CROSS JOIN LATERAL (VALUES
    ('receivable', i.account_id, NULL::text, i.total),
    ('revenue', NULL, NULL, -i.net),
    ('tax', NULL, NULL, -i.tax)
) AS {_LEGS} WHERE i.id = ANY(:ids)
"""

CREDIT_NOTE = f"""
SELECT 'credit_note:' || n.id AS key, n.id AS source_id, i.market_code, n.issued_at AS at,
       leg.*, i.currency
FROM credit_note n JOIN invoice i ON i.id = n.invoice_id CROSS JOIN LATERAL (VALUES
    ('receivable', i.account_id, NULL::text, -n.amount),
    ('revenue', NULL, NULL, n.net),
    ('tax', NULL, NULL, n.tax)
) AS {_LEGS} WHERE n.id = ANY(:ids)
"""

DEBIT_NOTE = f"""
SELECT 'debit_note:' || n.id AS key, n.id AS source_id, i.market_code, n.issued_at AS at,
       leg.*, i.currency
FROM debit_note n JOIN invoice i ON i.id = n.invoice_id CROSS JOIN LATERAL (VALUES
    ('receivable', i.account_id, NULL::text, n.amount),
    ('revenue', NULL, NULL, -n.net),
    ('tax', NULL, NULL, -n.tax)
) AS {_LEGS} WHERE n.id = ANY(:ids)
"""

# What a payment or a note leaves over, and what bills use of it: from and to what is owed.
ACCOUNT_CREDIT = f"""
SELECT 'account_credit:' || c.id AS key, c.id AS source_id, a.market_code, c.at, leg.*, c.currency
FROM account_credit c JOIN account a ON a.id = c.account_id CROSS JOIN LATERAL (VALUES
    ('receivable', c.account_id, NULL::text, c.amount),
    ('customer_credit', c.account_id, NULL, -c.amount)
) AS {_LEGS} WHERE c.id = ANY(:ids)
"""

# What money of a payment is for; what came back after our own reversal is for nothing.
_PURPOSE = """CASE WHEN p.reversed_at IS NOT NULL THEN 'unallocated'
    WHEN p.invoice_id IS NOT NULL THEN 'receivable'
    WHEN p.line_id IS NOT NULL THEN 'prepaid' ELSE 'unallocated' END"""

PAYMENT = f"""
SELECT 'payment:' || p.id AS key, p.id AS source_id, a.market_code, p.settled_at AS at,
       leg.*, p.currency
FROM payment p JOIN account a ON a.id = p.account_id CROSS JOIN LATERAL (VALUES
    (CASE WHEN p.cash_id IS NULL THEN 'cash' ELSE 'unallocated' END, NULL::uuid,
        CASE WHEN p.cash_id IS NULL THEN p.provider END, p.amount),
    ({_PURPOSE}, p.account_id, NULL, -p.amount)
) AS {_LEGS} WHERE p.id = ANY(:ids) AND p.status IN ('succeeded', 'refunded')
"""

_REFUND = f"""
FROM refund r JOIN payment p ON p.id = r.payment_id JOIN account a ON a.id = p.account_id
CROSS JOIN LATERAL (VALUES
    %s
) AS {_LEGS} WHERE r.id = ANY(:ids)
"""
_TAKEN = f"({_PURPOSE}, p.account_id, NULL::text, r.amount), ('refunds', NULL, NULL, -r.amount)"
# What is put back, or waits for a person where its line has gone; what was kept makes up for a
# chargeback of the same payment.
_PUT_BACK = f"""(CASE WHEN EXISTS (
        SELECT FROM unallocated_cash u
        WHERE u.market_code = a.market_code AND u.transaction_id = 'refund:' || r.id
    ) THEN 'unallocated' ELSE {_PURPOSE} END, p.account_id, NULL::text, r.kept - r.amount),
    ('chargebacks', NULL, NULL, -r.kept)"""

REFUND_REQUESTED = (
    """
SELECT 'refund_requested:' || r.id AS key, r.id AS source_id, a.market_code,
       r.created_at AS at, leg.*, r.currency"""
    + _REFUND % _TAKEN
)

REFUND_PAID = (
    """
SELECT 'refund_paid:' || r.id AS key, r.id AS source_id, a.market_code,
       r.settled_at AS at, leg.*, r.currency"""
    + _REFUND
    % """('refunds', NULL::uuid, NULL::text, r.amount),
    ('cash', NULL, CASE r.goes_to WHEN 'bank' THEN 'bank' ELSE p.provider END, -r.amount)"""
    + "AND r.status IN ('succeeded', 'failed')"
)

REFUND_REFUSED = (
    """
SELECT 'refund_refused:' || r.id AS key, r.id AS source_id, a.market_code,
       r.settled_at AS at, leg.*, r.currency"""
    + _REFUND % f"{_PUT_BACK}, ('refunds', NULL, NULL, r.amount)"
    + "AND r.status = 'refused'"
)

# What had left by the provider is with it again, and is the customer's again.
REFUND_FAILED = (
    """
SELECT 'refund_failed:' || r.id AS key, r.id AS source_id, a.market_code,
       r.failed_at AS at, leg.*, r.currency"""
    + _REFUND
    % f"""{_PUT_BACK},
    ('cash', NULL, CASE r.goes_to WHEN 'bank' THEN 'bank' ELSE p.provider END, r.amount)"""
    + "AND r.status = 'failed'"
)

_CHARGEBACK = f"""
FROM chargeback c JOIN payment p ON p.id = c.payment_id JOIN account a ON a.id = p.account_id
CROSS JOIN LATERAL (VALUES (%s)) AS way (sign, covered)
CROSS JOIN LATERAL (VALUES
    ({_PURPOSE}, p.account_id, NULL::text, way.sign * way.covered),
    ('chargebacks', NULL, NULL, way.sign * (c.amount - way.covered)),
    ('cash', NULL, c.provider, -way.sign * c.amount)
) AS {_LEGS} WHERE c.id = ANY(:ids)
"""

CHARGEBACK_OPENED = (
    """
SELECT 'chargeback_opened:' || c.id AS key, c.id AS source_id, a.market_code,
       c.opened_at AS at, leg.*, c.currency"""
    + _CHARGEBACK % "1, c.covered"
)

CHARGEBACK_WON = (
    """
SELECT 'chargeback_won:' || c.id AS key, c.id AS source_id, a.market_code,
       c.decided_at AS at, leg.*, c.currency"""
    + _CHARGEBACK % "-1, c.covered + c.covered_later"
    + "AND c.status = 'won'"
)

CASH = f"""
SELECT 'cash:' || c.id AS key, c.id AS source_id, c.market_code, c.received_at AS at,
       leg.*, c.currency
FROM unallocated_cash c CROSS JOIN LATERAL (VALUES
    ('cash', NULL::uuid, 'bank', CASE WHEN c.refund_id IS NULL THEN c.amount ELSE 0 END),
    ('unallocated', NULL, NULL, CASE WHEN c.refund_id IS NULL THEN -c.amount ELSE 0 END)
) AS {_LEGS} WHERE c.id = ANY(:ids)
"""

CASH_RETURNED = f"""
SELECT 'cash_returned:' || x.id AS key, x.id AS source_id, c.market_code, x.at, leg.*, c.currency
FROM cash_use x JOIN unallocated_cash c ON c.id = x.cash_id CROSS JOIN LATERAL (VALUES
    ('unallocated', NULL::uuid, NULL::text, x.amount),
    ('cash', NULL, 'bank', -x.amount)
) AS {_LEGS} WHERE x.id = ANY(:ids) AND x.payment_id IS NULL
"""

VOUCHER = f"""
SELECT 'voucher:' || v.id AS key, v.id AS source_id, b.market_code, v.redeemed_at AS at,
       leg.*, b.currency
FROM voucher v JOIN voucher_batch b ON b.id = v.batch_id JOIN line l ON l.id = v.line_id
CROSS JOIN LATERAL (VALUES
    ('vouchers', NULL::uuid, NULL::text, b.value),
    ('prepaid', l.account_id, NULL, -b.value)
) AS {_LEGS} WHERE v.id = ANY(:ids)
"""

DEPOSIT_TAKEN = f"""
SELECT 'deposit_taken:' || d.id AS key, d.id AS source_id, a.market_code, d.taken_at AS at,
       leg.*, d.currency
FROM deposit d JOIN account a ON a.id = d.account_id CROSS JOIN LATERAL (VALUES
    ('cash', NULL::uuid, 'bank', d.amount),
    ('deposits', d.account_id, NULL, -d.amount)
) AS {_LEGS} WHERE d.id = ANY(:ids)
"""

# Paid out with the interest that is our cost.
DEPOSIT_RETURNED = f"""
SELECT 'deposit_returned:' || d.id AS key, d.id AS source_id, a.market_code,
       d.returned_at AS at, leg.*, d.currency
FROM deposit d JOIN account a ON a.id = d.account_id CROSS JOIN LATERAL (VALUES
    ('deposits', d.account_id, NULL::text, d.amount - d.used),
    ('interest', NULL, NULL, d.interest),
    ('cash', NULL, 'bank', d.used - d.amount - d.interest)
) AS {_LEGS} WHERE d.id = ANY(:ids) AND d.returned_at IS NOT NULL
"""

DEPOSIT_USED = f"""
SELECT 'deposit_used:' || u.id AS key, u.id AS source_id, a.market_code, u.at, leg.*, d.currency
FROM deposit_use u JOIN deposit d ON d.id = u.deposit_id JOIN account a ON a.id = d.account_id
CROSS JOIN LATERAL (VALUES
    ('deposits', d.account_id, NULL::text, u.amount),
    ('receivable', d.account_id, NULL, -u.amount)
) AS {_LEGS} WHERE u.id = ANY(:ids)
"""

# What was written off is owed again when that is undone, and when somebody pays it after all.
BAD_DEBT = f"""
SELECT 'bad_debt:' || b.id AS key, b.id AS source_id, b.market_code, b.at, leg.*, b.currency
FROM bad_debt b
CROSS JOIN LATERAL (SELECT CASE b.kind WHEN 'written_off' THEN b.amount ELSE -b.amount END) AS
    way (amount)
CROSS JOIN LATERAL (VALUES
    (CASE b.kind WHEN 'recovered' THEN 'recoveries' ELSE 'bad_debt' END, NULL::uuid, NULL::text,
        way.amount),
    ('receivable', b.account_id, NULL, -way.amount)
) AS {_LEGS} WHERE b.id = ANY(:ids)
"""

# Credit that goes with a prepaid line to another account.
CREDIT_MOVED = f"""
SELECT 'credit_moved:' || t.id AS key, t.id AS source_id, a.market_code, m.at, leg.*, a.currency
FROM line_transfer t JOIN account a ON a.id = t.to_account_id
JOIN balance_movement m ON m.effect_key = 'transfer-in:' || t.id CROSS JOIN LATERAL (VALUES
    ('prepaid', t.from_account_id, NULL::text, m.amount),
    ('prepaid', t.to_account_id, NULL, -m.amount)
) AS {_LEGS} WHERE t.id = ANY(:ids)
"""

RULES = {
    "invoice": INVOICE,
    "credit_note": CREDIT_NOTE,
    "debit_note": DEBIT_NOTE,
    "account_credit": ACCOUNT_CREDIT,
    "payment": PAYMENT,
    "refund_requested": REFUND_REQUESTED,
    "refund_paid": REFUND_PAID,
    "refund_refused": REFUND_REFUSED,
    "refund_failed": REFUND_FAILED,
    "chargeback_opened": CHARGEBACK_OPENED,
    "chargeback_won": CHARGEBACK_WON,
    "cash": CASH,
    "cash_returned": CASH_RETURNED,
    "voucher": VOUCHER,
    "deposit_taken": DEPOSIT_TAKEN,
    "deposit_returned": DEPOSIT_RETURNED,
    "deposit_used": DEPOSIT_USED,
    "bad_debt": BAD_DEBT,
    "credit_moved": CREDIT_MOVED,
}

# Movements of balances that entries of their own record; all others are summed by day.
RECORDED_ELSEWHERE = (
    "payment:%",
    "refund:%",
    "refund-refused:%",
    "voucher:%",
    "chargeback%:%",
    "transfer-in:%",
    "transfer-out:%",
)

# Credit used (or given away) a day of the market and account, less what was posted of that day
# before: what arrives late is one more entry. Looked back is to the day that holds `:since`, which
# is summed whole: a part of it would take back what was posted of the rest.
PREPAID_DAY = f"""
SELECT 'prepaid_day:' || d.account_id || ':' || d.day || ':' || d.book || ':' || d.times AS key,
       d.account_id AS source_id, d.market_code, d.at, leg.*, d.currency
FROM (
    SELECT s.*, s.moved - coalesce(sum(-l.amount), 0) AS due, count(l.entry_id) AS times
    FROM (
        SELECT a.id AS account_id, a.market_code, a.currency,
               CASE WHEN m.amount < 0 THEN 'revenue' ELSE 'promotions' END AS book,
               (m.at AT TIME ZONE k.timezone)::date AS day,
               max(m.at) AS at, sum(m.amount) AS moved
        FROM balance_movement m
        JOIN line n ON n.id = m.line_id JOIN account a ON a.id = n.account_id
        JOIN market k ON k.code = a.market_code
        WHERE m.at >= CAST(:since AS timestamptz) - interval '2 days'
            AND m.at >= date_trunc('day', CAST(:since AS timestamptz) AT TIME ZONE k.timezone)
                AT TIME ZONE k.timezone
            AND m.effect_key NOT LIKE ALL(:elsewhere)
        GROUP BY a.id, a.market_code, a.currency, k.timezone, 4, 5
    ) s
    LEFT JOIN ledger_entry e ON e.kind = 'prepaid_day' AND e.source_id = s.account_id
        AND e.key LIKE 'prepaid_day:' || s.account_id || ':' || s.day || ':' || s.book || ':%'
    LEFT JOIN ledger_leg l ON l.entry_id = e.id AND l.book = 'prepaid'
    GROUP BY s.account_id, s.market_code, s.currency, s.book, s.day, s.at, s.moved
) d CROSS JOIN LATERAL (VALUES
    ('prepaid', d.account_id, NULL::text, -d.due),
    (d.book, NULL, NULL, d.due)
) AS {_LEGS} WHERE d.due <> 0
"""
