"""Modules on arrays: right ones are proved, planted bugs are found and their stage
named."""

from __future__ import annotations

from pathlib import Path

import pytest
from backgen.verify import verify
from backgen.verify.reports.report import Report

WRITTEN = Path(__file__).parent / "written" / "arrays"
SHAPES = {
    "affine_relu": "N=2, D=3, M=2",
    "anyshape": "x (2, 3), w (2, 3)",
    "batchnorm": "N=2, D=3",
    "crossentropy": "N=2, C=3",
    "embedding": "V=2, D=3, N=2, H=3",
    "grid": "N=2, M=2",
    "l2": "W (2, 3), x (3,)",
    "net": "D=2, H=3, C=2, N=3",
    "standard": "N=2, D=3",
}


def read(name: str) -> tuple[str, str]:
    source, written = (WRITTEN / f"{stem}.py" for stem in (name, f"{name}_backward"))
    return source.read_text(encoding="utf-8"), written.read_text(encoding="utf-8")


def check(name: str, text: str, levels: tuple[int, ...] = (1, 2, 3)) -> Report:
    return verify(read(name)[0], f"{name}.py", text, levels=levels)


@pytest.mark.parametrize("name", SHAPES)
def test_right_module_is_proved(name: str) -> None:
    report = check(name, read(name)[1], (1, 2, 3, 4, 5))
    assert not report.findings
    assert report.verified
    count = len(report.functions[0].stages)
    assert count
    assert report.summary() == (
        f"{count} of {count} stages proved equal to SymPy's derivatives "
        f"at {SHAPES[name]}."
    )
