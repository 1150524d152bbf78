"""What is shipped: every package, every frame, one version, and a light import."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path

import backgen
import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]


def tree() -> dict[str, Path]:
    """Every file that a wheel has to hold, by its path in the wheel."""
    files = {}
    for home, folder in (("backgen", "codegen"), ("backgen/templates", "templates")):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".j2", ".typed"}:
                files[f"{home}/{path.relative_to(ROOT / folder).as_posix()}"] = path
    return files


def test_every_package_is_listed() -> None:
    packages = {
        name.rpartition("/")[0].replace("/", ".")
        for name in tree()
        if name.endswith("__init__.py")
    }
    folders = {name.rpartition("/")[0].replace("/", ".") for name in tree()}
    assert set(SETUPTOOLS["packages"]) == packages
    assert folders == packages, "a folder with modules lacks __init__.py"


def test_the_version_stands_in_one_place() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    assert metadata.version("backgen-ad") == backgen.__version__


def test_what_is_installed_is_described() -> None:
    about = metadata.metadata("backgen-ad")
    assert about["License-Expression"] == "MIT"
    (command,) = metadata.entry_points(group="console_scripts", name="backgen")
    assert command.value == "backgen.cli:main"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and a source archive, built from a copy of the tree."""
    work = tmp_path_factory.mktemp("build")
    ignore = shutil.ignore_patterns("*.egg-info", "__pycache__", "build", ".*", "tests")
    shutil.copytree(ROOT, work / "tree", ignore=ignore)
    build = (
        "from setuptools import build_meta as b;"
        "b.build_sdist('../dist'); b.build_wheel('../dist')"
    )
    subprocess.run(
        [sys.executable, "-c", build],
        cwd=work / "tree",
        check=True,
        capture_output=True,
    )
    return work / "dist"


def test_the_wheel_holds_everything(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    shipped = {name for name in held if ".dist-info/" not in name}
    assert shipped == set(tree())


def test_the_source_archive_holds_everything(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    expected = {path.relative_to(ROOT).as_posix() for path in tree().values()}
    assert expected | {"pyproject.toml", "README.md", "LICENSE"} <= held


HEAVY = {"sympy", "mpmath", "numpy", "jinja2", "rich"}


@pytest.mark.parametrize(
    "code", ["import backgen", "import backgen.cli", "import backgen; dir(backgen)"]
)
def test_importing_is_light(code: str) -> None:
    listing = f"{code}; import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", listing], check=True, capture_output=True, text=True
    )
    assert not HEAVY & set(done.stdout.split())


def test_every_public_name_is_there() -> None:
    for name in backgen.__all__:
        assert getattr(backgen, name) is not None
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = backgen.nothing_such


def test_verify_stays_the_function() -> None:
    import backgen.verify

    assert callable(backgen.verify)
