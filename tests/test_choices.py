"""The options in a header: they are read back as they were given, and nothing else."""

from __future__ import annotations

import ast
import warnings

import pytest
from backgen import stamp
from backgen.command import choices
from backgen.command.choices import Choices
from backgen.config import Settings
from hypothesis import given, strategies as st

COMMANDS = [
    ("", Choices()),
    ("-f loss", Choices(("loss",))),
    ("-f affine,relu --wrt w,b", Choices(("affine", "relu"), ("w", "b"))),
    ("--wrt self.W --style fused", Choices(wrt=("self.W",), style="fused")),
    ("--shape 'x: N, D' --shape 'n: int'", Choices(shapes={"x": "N, D", "n": "int"})),
    ("--shape 'params[\"W\"]: D, H'", Choices(shapes={'params["W"]': "D, H"})),
    ("--shape 'p['\"'\"'a'\"'\"']: N'", Choices(shapes={"p['a']": "N"})),
    ("--shape x:", Choices(shapes={"x": ""})),
    ("-f '손실'", Choices(("손실",))),
]


def module(command: str, filename: str = "f.py") -> str:
    return stamp.stamp(f"{stamp.header(filename, 'all.', command)}\nx = 1\n", "")


@pytest.mark.parametrize(("command", "chosen"), COMMANDS)
def test_commands(command: str, chosen: Choices) -> None:
    assert chosen.command() == command
    assert choices.read(command) == chosen
    text = module(command)
    ending = f" {command}` again." if command else " f.py` again."
    assert text.partition("\n")[0].endswith(ending)
    assert choices.kept_in(text, "folder/f.py") == chosen
    assert choices.kept_in(text.replace("\n", "\r\n"), "f.py") == chosen


@pytest.mark.parametrize(
    "command",
    [
        "-o /etc/passwd",
        "-f loss -o other.py",
        "--force",
        "--no-verify",
        "other.py",
        "-f",
        "-f loss --wrt",
        "-f a -f b",
        "-f 'loss'",
        "-f  loss",
        " -f loss",
        "-f loss ",
        "--function loss",
        "--wrt x -f loss",
        "--style both",
        "--shape x",
        "--shape 'x:N'",
        "--shape 'x: N' --shape 'x: M'",
        "-f 'loss",
        "-f loss; rm -rf .",
        "-f $(id)",
        "--inputs x.npz",
    ],
)
def test_nothing_else_is_read(command: str) -> None:
    assert choices.read(command) is None
    assert choices.kept_in(module(command), "f.py") == Choices()


@given(st.text(min_size=1))
def test_any_options_are_a_part_of_the_docstring_and_read_back(command: str) -> None:
    header = stamp.header("f.py", "all.", command)
    (statement,) = ast.parse(header).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)
    assert f"run `backgen f.py {command}` again." in statement.value.value
    assert len(header.splitlines()) == 5
    assert stamp.options_in(module(command), "f.py") == command


@given(st.text(min_size=1))
def test_what_no_header_holds_is_not_read(between: str) -> None:
    text = module("HERE").replace("HERE", between)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = stamp.options_in(text, "f.py")
    assert found is None or f" {found}` again.\n" in ast.literal_eval(
        text.partition("x = 1")[0].strip()
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pass of f.py", "pass of g.py"),
        ("backgen f.py", "backgen g.py"),
        ("` again.", "`, again."),
        ("run `backgen", "run `rm"),
        ("-f loss", r"-f \loss"),
        ("-f loss", r"-f\x20loss"),
        ("-f loss", '-f """ """loss'),
        ("Source: sha256:", "Source:"),
        ("f.py -f", "f.pyc -f"),
    ],
)
def test_another_header_gives_none(old: str, new: str) -> None:
    text = module("-f loss")
    assert old in text
    assert choices.kept_in(text, "f.py") == Choices(("loss",))
    assert choices.kept_in(text.replace(old, new), "f.py") == Choices()


def test_a_header_of_another_file_gives_none() -> None:
    assert choices.kept_in(module("-f loss"), "g.py") == Choices()
    assert choices.kept_in(module("-f loss", "<stdin>"), "<stdin>") == Choices(
        ("loss",)
    )


def test_what_settings_say_is_not_repeated() -> None:
    settings = Settings("fused", ("w",), ("loss",))
    given_all = Choices(("loss",), ("w",), {}, "fused").options(settings)
    assert given_all.command == ""
    other = Choices(("loss",), ("x",), {"x": "N"}, "split").options(settings)
    assert other.command == "--wrt x --shape 'x: N' --style split"
    assert (other.functions, other.wrt, other.style) == (("loss",), ("x",), "split")
