"""Programs in which several features of calls and classes meet: they are written, are
right, are shown to be right, and read well enough for ruff."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import backgen
import pytest
from crossing import Crossing, judge, module_of
from crossing_cases import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_gradients(case: Crossing, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    written = backgen.generate(path, shapes=case.shapes or None)
    place = tmp_path / f"{case.name}_backward.py"
    place.write_text(written.source, encoding="utf-8")
    original = module_of(path.read_text(encoding="utf-8"), case.name, tmp_path)
    judge(case, original, module_of(written.source, place.stem, tmp_path))
    report = backgen.verify(path, shapes=case.shapes or None)
    assert report.ok, report.summary()
    assert report.verified is not case.left, report.summary()
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", place],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout
