"""Settings: where they are found, and how a wrong one is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from backgen import UsageError
from backgen.config import Settings, load


def project(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder / "f.py"


def test_all_settings(tmp_path: Path) -> None:
    source = project(
        tmp_path,
        """
        [tool.backgen]
        style = "fused"
        wrt = ["w", "b"]
        functions = ["affine"]
        verify = false
        format = "json"
        """,
    )
    expected = Settings("fused", ("w", "b"), ("affine",), False, "json")
    assert load(source) == expected


@pytest.mark.parametrize("text", ["", "[tool]\n", "[tool.ruff]\n", "[tool.backgen]\n"])
def test_without_settings_the_defaults_hold(tmp_path: Path, text: str) -> None:
    assert load(project(tmp_path, text)) == Settings()


def test_the_nearest_file_counts_alone(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    project(tmp_path, '[tool.backgen]\nstyle = "fused"\n')
    assert load(inner / "f.py").style == "fused"
    project(tmp_path / "a", "[tool.ruff]\n")
    assert load(inner / "f.py").style == "split"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[tool.backgen]\nstyel = "fused"', "tool.backgen.styel is not a setting"),
        ('[tool.backgen]\nstyle = "both"', "tool.backgen.style must be"),
        ("[tool.backgen]\nstyle = 1", "tool.backgen.style must be"),
        ('[tool.backgen]\nwrt = "w"', "tool.backgen.wrt must be a list"),
        ("[tool.backgen]\nwrt = [1]", "tool.backgen.wrt must be a list"),
        ("[tool.backgen]\nfunctions = 1", "tool.backgen.functions must be a list"),
        ("[tool.backgen]\nverify = 0", "tool.backgen.verify must be true or false"),
        ('[tool.backgen]\nformat = "xml"', "tool.backgen.format must be"),
        ("[tool]\nbackgen = 1", "tool.backgen must be a table"),
        ("[tool.backgen", "not readable"),
    ],
)
def test_wrong_settings(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(project(tmp_path, text))
    assert caught.value.code == "BG060"
    assert words in str(caught.value)
    assert str(tmp_path / "pyproject.toml") in str(caught.value)


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not readable"):
        load(tmp_path / "f.py")
