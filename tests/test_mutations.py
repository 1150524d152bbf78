"""Every planted bug is found, and the stage is named."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from backgen.verify import verify
from backgen.verify.report import Report
from mutations import MUTATIONS, Text

WRITTEN = Path(__file__).parent / "written"
MODULES = sorted(path.stem for path in WRITTEN.glob("*_*.py"))


def read(module: str) -> tuple[str, str, str]:
    """Source, its file name, and the written module."""
    name = f"{module.rpartition('_')[0]}.py"
    source = (WRITTEN / name).read_text(encoding="utf-8")
    return source, name, (WRITTEN / f"{module}.py").read_text(encoding="utf-8")


def check(module: str, text: str, levels: tuple[int, ...] = (1, 2, 3)) -> Report:
    source, name, _ = read(module)
    return verify(source, name, text, levels=levels)


@cache
def mutants(module: str, kind: str) -> list[tuple[int | None, str]]:
    _, _, text = read(module)
    return [m for m in MUTATIONS[kind](Text(text)) if m[1] != text]


@pytest.mark.parametrize("module", MODULES)
def test_module_as_it_stands_is_right(module: str) -> None:
    _, _, text = read(module)
    report = check(module, text, (1, 2, 3, 4, 5))
    assert not report.findings
    assert report.verified


def assert_found(module: str, kind: str, places: slice) -> None:
    for stage, text in mutants(module, kind)[places]:
        findings = check(module, text).findings
        assert findings, f"{kind} in stage {stage} of {module} was not found:\n{text}"
        if stage is not None:
            named = {finding.stage for finding in findings}
            assert stage in named, f"{kind} in {stage} of {module}: {findings}\n{text}"


@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("module", MODULES)
def test_planted_bug_is_found_in_its_stage(module: str, kind: str) -> None:
    assert_found(module, kind, slice(None, None, 10))


@pytest.mark.slow
@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("module", MODULES)
def test_planted_bug_is_found_at_every_place(module: str, kind: str) -> None:
    assert_found(module, kind, slice(None))


@pytest.mark.parametrize("kind", MUTATIONS)
def test_every_kind_of_bug_is_planted_somewhere(kind: str) -> None:
    assert any(mutants(module, kind) for module in MODULES)
