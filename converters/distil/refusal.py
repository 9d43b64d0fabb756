"""Messages in the parts that Synfire's own have: where and what, found, expected, hint."""

from __future__ import annotations


class Refused(Exception):
    """The network, the data or the output cannot be used; the text says why and what to do."""

    def __init__(self, what: str, where: object = "", found: object = "", expected: str = "", hint: str = "") -> None:
        first = f"{where}: {what}" if str(where) else what
        parts = (("found", str(found)), ("expected", expected), ("hint", hint))
        super().__init__("\n".join([first] + [f"  {name}: {text}" for name, text in parts if text]))


def first_line(error: BaseException) -> str:
    """Return what a library said, on one line; its class where it said nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200] if lines else type(error).__name__
