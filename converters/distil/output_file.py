"""The file that is written: checked before training, and left whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from refusal import Refused, first_line


def temporary_of(path: Path) -> Path:
    """Return the name under which the file grows."""
    return path.with_name(path.name + ".part")


def _same(one: Path, other: Path) -> bool:
    # Hard links are one file under two names, which resolve() does not see.
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


def check(path: Path, inputs: dict[str, Path]) -> None:
    """Raise Refused where the file could not be written, or where writing it would destroy an input."""
    try:
        _check(path, inputs)
    except OSError as error:
        raise Refused("the output cannot be written", where=path, found=error.strerror,
                      expected="a file in a folder that files can be made in") from error


def _check(path: Path, inputs: dict[str, Path]) -> None:
    if not path.name:
        raise Refused("the output is no file name", where="--output", found=path, expected="an ONNX file to write")
    for what, given in inputs.items():
        if _same(path, given) or _same(temporary_of(path), given):
            raise Refused(f"the output would overwrite the {what}", where=path, hint="choose another name for -o")
    if not path.parent.is_dir():
        raise Refused("the folder of the output does not exist", where=path, found=path.parent,
                      expected="an existing folder")
    if path.exists() and not path.is_file():
        # Renaming onto a device such as /dev/null would replace it for every program.
        raise Refused("the output exists and is not a regular file", where=path, expected="the name of a file")
    temporary_of(path).touch()
    temporary_of(path).unlink()


def write(path: Path, save: Callable[[Path], None]) -> None:
    """Call `save` with a temporary name beside the file, and rename it when it is whole."""
    temporary = temporary_of(path)
    try:
        save(temporary)
        temporary.replace(path)
    except OSError as error:
        raise Refused("the output cannot be written", where=path, found=error.strerror or first_line(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
