"""Fixtures that all tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"

# how long an example takes depends on what else the machine does
settings.register_profile("backgen", deadline=None)
settings.load_profile("backgen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them",
    )


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Results of verification are kept in a folder of this run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Compare a text with the golden file of this test.

    The file is `tests/golden/<test file>/<test name>.py`; the ending can be given.
    """
    folder = GOLDEN / request.path.stem.removeprefix("test_")
    stem = "".join(c if c.isalnum() or c in "_-." else "-" for c in request.node.name)
    update = request.config.getoption("--update-golden")

    def compare(text: str, ending: str = ".py") -> None:
        path = folder / f"{stem.removeprefix('test_').strip('-')}{ending}"
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists():
            shown = path.relative_to(GOLDEN.parent.parent)
            pytest.fail(
                f"{shown} is missing: write it with `pytest --update-golden`,"
                f" read it, and commit it.\n\n{text}"
            )
        else:
            assert text == path.read_text(encoding="utf-8")

    return compare
