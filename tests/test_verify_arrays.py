"""Modules on arrays: right ones are proved, planted bugs are found and their stage
named."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from array_mutations import ALWAYS, MUTATIONS, gradients, same
from backgen.verify import verify
from backgen.verify.report import Report
from mutations import Text

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


@cache
def mutants(name: str, kind: str) -> list[tuple[int | None, str]]:
    text = read(name)[1]
    return [m for m in MUTATIONS[kind](Text(text)) if m[1] != text]


def assert_told(name: str, kind: str, places: slice) -> None:
    right = gradients(name, read(name)[1])
    for stage, text in mutants(name, kind)[places]:
        report = check(name, text)
        found = gradients(name, text)
        if same(found, right) and kind not in ALWAYS:
            assert report.ok, f"false alarm: {report.findings}\n{text}"
            continue
        if found is None and not report.verified:
            continue  # nothing that Python cannot run is called right
        assert not report.ok, f"{kind} in {stage} of {name} was not found:\n{text}"
        if stage is not None:
            named = {finding.stage for finding in report.findings}
            assert stage in named, f"{kind} in {stage}: {report.findings}\n{text}"


@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("name", SHAPES)
def test_planted_bug_is_found_in_its_stage(name: str, kind: str) -> None:
    assert_told(name, kind, slice(None, None, 4))


@pytest.mark.slow
@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("name", SHAPES)
def test_planted_bug_is_found_at_every_place(name: str, kind: str) -> None:
    assert_told(name, kind, slice(None))


@pytest.mark.parametrize("kind", MUTATIONS)
def test_every_kind_of_bug_is_planted_somewhere(kind: str) -> None:
    assert any(mutants(name, kind) for name in SHAPES)
