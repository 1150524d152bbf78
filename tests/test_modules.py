"""The text of written modules: golden files, formatting, and the same bytes always.

Inputs are in tests/golden/inputs. A new one needs no code here; run
`pytest --update-golden`, and read what was written.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import backgen
import pytest

TESTS = Path(__file__).parent
INPUTS = sorted((TESTS / "golden" / "inputs").glob("*.py"))
WRITTEN = TESTS / "golden" / "modules"
EXAMPLES = TESTS.parent / "examples"

OPTIONS: Mapping[str, Mapping[str, object]] = {
    "fused": {"style": "fused"},
    "fused_outputs": {"style": "fused"},
    "wrt": {"wrt": ("w", "b")},
    "selected": {"functions": ("right", "left")},
}

named = pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)


def generate(path: Path, *, verify: bool) -> backgen.Module:
    """The module for an input, with the options it is written with."""
    return backgen.generate(path, **OPTIONS.get(path.stem, {}), verify=verify)


@named
def test_written(path: Path, golden: Callable[[str], None]) -> None:
    module = generate(path, verify=True)
    assert module.report is not None
    assert module.report.verified, module.report.findings
    golden(module.source)


def test_every_golden_file_has_an_input() -> None:
    names = {f"written-{path.stem}.py" for path in INPUTS}
    assert {path.name for path in WRITTEN.iterdir()} == names
    assert OPTIONS.keys() <= {path.stem for path in INPUTS}


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_written_modules_pass_ruff(command: list[str]) -> None:
    modules = [*WRITTEN.glob("*.py"), *EXAMPLES.glob("*_backward.py")]
    found = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", *modules],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


@named
def test_written_modules_are_the_same_each_time(path: Path) -> None:
    first, second = (generate(path, verify=False).source for _ in range(2))
    assert first == second


_PRINT_ALL = """
import sys, test_modules
for path in test_modules.INPUTS:
    sys.stdout.buffer.write(
        test_modules.generate(path, verify=False).source.encode() + b"\\0"
    )
"""


def test_the_bytes_do_not_depend_on_hashes() -> None:
    texts = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", _PRINT_ALL],
            cwd=TESTS,
            env=environment,
            capture_output=True,
            check=True,
        )
        texts.add(run.stdout)
    (text,) = texts
    assert text.count(b"\0") == len(INPUTS)
