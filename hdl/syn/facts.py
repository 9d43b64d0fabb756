# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an input, in the form of all messages (docs/reference/error-format.md)."""

from __future__ import annotations


class BadInput(Exception):
    """Input that its author can mend."""

    def __init__(self, where: str, what: str, found: object = "", expected: str = "", hint: str = "") -> None:
        lines = [f"{where}: {what}"]
        lines += [f"  {name}: {value}" for name, value in (("found", found), ("expected", expected), ("hint", hint)) if value != ""]
        super().__init__("\n".join(lines))
