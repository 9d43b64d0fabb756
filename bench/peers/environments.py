# SPDX-License-Identifier: Apache-2.0
"""Where the other programs come from: pinned packages in virtual environments of the build folder.

Nothing is installed outside the build folder. PyTorch is Debian's (python3-torch), which those environments see.
"""
from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environment:
    """A virtual environment and what is installed in it."""

    name: str
    packages: tuple[str, ...]
    options: tuple[str, ...] = ()
    system: bool = False  # sees the packages of the machine's Python

    def python(self, build: Path) -> Path | None:
        """Return the interpreter, after installing on the first call; nothing where that fails."""
        folder = build / "peers" / self.name
        python = folder / "bin/python"
        if not (folder / "complete").exists():
            more = ["--system-site-packages"] if self.system else []
            try:
                subprocess.run([sys.executable, "-m", "venv", *more, str(folder)], check=True)
                subprocess.run([str(python), "-m", "pip", "install", "-q", "--no-compile", *self.options, *self.packages], check=True)
            except subprocess.CalledProcessError as error:
                print(f"SKIPPED {self.name}: cannot be installed ({error})", file=sys.stderr)
                return None
            (folder / "complete").touch()
        return python


ONNXRUNTIME = Environment("onnxruntime", ("onnxruntime==1.20.1", "onnx==1.16.2", "numpy==2.1.3", "sympy==1.14.0"))
# Without their dependencies, which would replace Debian's PyTorch: what the measurements use needs only those named.
RATES = Environment("rates", ("snntorch==0.9.4", "spikingjelly==0.0.0.0.14", "tqdm==4.67.1"), ("--no-deps",), system=True)
BRIAN = Environment("brian2", ("Brian2==2.9.0", "numpy==1.26.4", "Cython==3.3.1", "sympy==1.14.0"))
NEST = Environment("nest", ("nest-simulator==3.10.0", "numpy==2.4.6"))
