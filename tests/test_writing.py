"""Safe writing: what is written over, and what never is."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from backgen import OutputError, stamp
from backgen.writing import State, compare, write


def module(body: str = "return x") -> str:
    text = f"{stamp.header('f.py', 'all.')}\n\n\ndef f(x):\n    {body}\n"
    return stamp.stamp(text, "source")


NEW = module()
OLD = module("return 2 * x")
EDITED = OLD.replace("2 * x", "3 * x")
FOREIGN = "print('mine')\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "f_backward.py"


@pytest.mark.parametrize(
    ("present", "state"),
    [
        (None, State.MISSING),
        (NEW, State.CURRENT),
        (NEW.replace("\n", "\r\n"), State.CURRENT),
        (OLD, State.STALE),
        (EDITED, State.EDITED),
        (FOREIGN, State.FOREIGN),
        ("", State.FOREIGN),
    ],
)
def test_compare(path: Path, present: str | None, state: State) -> None:
    if present is not None:
        path.write_bytes(present.encode())
    assert compare(path, NEW).state is state


def test_bytes_that_are_not_text_are_foreign(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")
    assert compare(path, NEW).state is State.FOREIGN


@pytest.mark.parametrize("present", [None, OLD])
def test_writes_a_new_or_stale_module(path: Path, present: str | None) -> None:
    if present is not None:
        path.write_text(present)
    write(path, NEW)
    assert path.read_bytes() == NEW.encode()
    assert os.listdir(path.parent) == [path.name]


def test_a_module_that_is_up_to_date_is_not_touched(path: Path) -> None:
    path.write_text(NEW)
    os.utime(path, (1, 1))
    assert write(path, NEW) is State.CURRENT
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize("present", [EDITED, FOREIGN])
def test_other_files_are_replaced_by_force_only(path: Path, present: str) -> None:
    path.write_text(present)
    with pytest.raises(OutputError, match="--force") as caught:
        write(path, NEW)
    assert caught.value.code == "BG050"
    assert path.read_text() == present
    write(path, NEW, force=True)
    assert path.read_text() == NEW


@pytest.mark.parametrize("force", [False, True])
def test_never_over_the_input(path: Path, force: bool) -> None:
    path.write_text(OLD)
    alias = path.parent / "." / path.name
    with pytest.raises(OutputError, match="replace the input") as caught:
        write(alias, NEW, inputs=[path], force=force)
    assert caught.value.code == "BG050"
    assert path.read_text() == OLD


@pytest.mark.parametrize("force", [False, True])
def test_never_over_the_input_by_another_name(path: Path, force: bool) -> None:
    source = path.parent / "f.py"
    source.write_text(OLD)
    os.link(source, path)
    with pytest.raises(OutputError, match="replace the input"):
        write(path, NEW, inputs=[source], force=force)
    assert source.read_text() == OLD


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("target", [OLD, None], ids=["file", "dangling"])
def test_never_through_a_link(path: Path, target: str | None, force: bool) -> None:
    real = path.parent / "real.py"
    if target is not None:
        real.write_text(target)
    path.symlink_to(real)
    with pytest.raises(OutputError, match="symbolic link") as caught:
        write(path, NEW, force=force)
    assert caught.value.code == "BG050"
    assert path.is_symlink()
    assert (real.read_text() if real.exists() else None) == target


@pytest.mark.parametrize("force", [False, True])
def test_never_over_a_directory(path: Path, force: bool) -> None:
    path.mkdir()
    with pytest.raises(OutputError, match="directory") as caught:
        write(path, NEW, force=force)
    assert caught.value.code == "BG050"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_never_over_a_device(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(OutputError, match="device"):
        write(path, NEW, force=True)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file") as caught:
        write(tmp_path / "no" / "f_backward.py", NEW)
    assert caught.value.code == "BG051"


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_write_protected_file_is_left_alone(path: Path) -> None:
    path.write_text(OLD)
    path.chmod(0o444)
    with pytest.raises(OutputError, match="write-protected") as caught:
        write(path, NEW)
    assert caught.value.code == "BG051"
    assert path.read_text() == OLD


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_permissions_of_an_existing_file_stay(path: Path, mode: int) -> None:
    path.write_text(OLD)
    path.chmod(mode)
    write(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_new_file_follows_the_umask(path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(path, NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_nothing_is_left_behind_when_moving_fails(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OutputError, match="No space left") as caught:
        write(path, NEW)
    assert caught.value.code == "BG051"
    assert os.listdir(path.parent) == []


def test_names_as_long_as_the_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 252 + ".py")
    write(path, NEW)
    assert path.read_text() == NEW
