"""What the statements of reports call: a length in milliseconds, its bucket, a sum of spans."""

from sqlalchemy import DDL, event

from app.insights.facts import BOUNDS_MS
from app.insights.models.rollups import Figure

FUNCTIONS = f"""
CREATE FUNCTION report_ms(length interval) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length IS NOT NULL
        THEN CAST(greatest(0, round(extract(epoch FROM length) * 1000)) AS bigint) END
$$;
CREATE FUNCTION report_bucket(milliseconds bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CAST(coalesce(
        width_bucket(milliseconds - 1, CAST(ARRAY{list(BOUNDS_MS)} AS bigint[])), 0) AS smallint)
$$;
CREATE FUNCTION report_length(during tstzmultirange) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CAST(coalesce(sum(report_ms(upper(part) - lower(part))), 0) AS bigint)
    FROM unnest(during) AS part
$$;
"""  # noqa: S608 - numbers of ours
_made = DDL(FUNCTIONS.replace("%", "%%"))  # type: ignore[no-untyped-call]
event.listen(Figure.__table__, "after_create", _made)
