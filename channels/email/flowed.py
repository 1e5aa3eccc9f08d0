"""Paragraphs of format=flowed (RFC 3676), which were broken into lines only for the way."""


def unflowed(text: str, *, delete_space: bool) -> str:
    """A line that ends with a blank goes on in the next one of the same depth of quotation."""
    done: list[str] = []
    open_depth: int | None = None
    for raw in text.replace("\r\n", "\n").split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        is_signature = line == "-- "
        flows = line.endswith(" ") and not is_signature
        line = line[:-1] if flows and delete_space else line
        if open_depth == depth and not is_signature:
            done[-1] += line
        else:
            done.append(f"{'>' * depth} {line}" if depth else line)
        open_depth = depth if flows else None
    return "\n".join(done)
