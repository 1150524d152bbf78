"""The header: no name can break out of it, and a changed file is seen."""

from __future__ import annotations

import ast

import pytest
from backgen import __version__, stamp
from hypothesis import given, strategies as st

SOURCE = "x = 3\nf = x * x\n"


def module(filename: str = "staged.py", checked: str = "all.", body: str = "") -> str:
    text = f"{stamp.header(filename, checked)}\n\n\ndef f(x):\n    return x\n{body}"
    return stamp.stamp(text, SOURCE)


def test_header_reads_as_documented() -> None:
    assert stamp.header("examples/staged.py", "8 of 8.").splitlines() == [
        f'"""Backward pass of staged.py, written by backgen {__version__}.'
        " Do not edit; run `backgen staged.py` again.",
        "",
        "Source: sha256:0000000000000000",
        "Checked: 8 of 8.",
        '"""',
    ]


def test_standard_input_is_called_so() -> None:
    first = stamp.header("<stdin>", "").splitlines()[0]
    assert "pass of standard input," in first
    assert "run `backgen -` again" in first


HOSTILE = [
    '"""',
    '"""; import os #.py',
    "'''",
    "a\\",
    '\\"""',
    "line\nbreak.py",
    "carriage\rreturn.py",
    "{{ 7 * 7 }}.py",
    "{% raw %}",
    "\u2028\u2029\x85\x0b\x0c",
    "\0",
    "\udcff.py",
    "it's.py",
    'say "hi".py',
    "two words.py",
    "\u202egnp.py",
    "",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_no_file_name_breaks_the_header(name: str) -> None:
    header = stamp.header(name, "all.")
    (statement,) = ast.parse(header).body
    assert isinstance(statement, ast.Expr)
    assert len(header.splitlines()) == 5
    assert header.isascii()


@given(st.text())
def test_any_name_is_shown_as_itself_or_as_its_literal(name: str) -> None:
    shown = stamp.shown(name)
    docstring = ast.literal_eval(f'"""{shown}"""')
    bare = name.isidentifier() or docstring == name
    assert bare or ast.literal_eval(docstring) == name


@pytest.mark.parametrize("name", ["staged", "a-b_c.1.py", "함수", "β"])
def test_harmless_names_are_bare(name: str) -> None:
    assert stamp.shown(name) == name


@given(st.text())
def test_any_sentence_stays_one_line_of_the_docstring(checked: str) -> None:
    header = stamp.header("f.py", checked.replace("\0", ""))
    (statement,) = ast.parse(header).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)
    assert f'"""{statement.value.value}"""' == header
    assert header.count("\n") == 4


def test_an_untouched_module_is_ours() -> None:
    assert stamp.origin(module()) is stamp.Origin.INTACT


def test_line_ends_do_not_count() -> None:
    for end in ("\r\n", "\r"):
        assert stamp.origin(module().replace("\n", end)) is stamp.Origin.INTACT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return x", "return 2 * x"),
        ("Checked: all.", "Checked: nothing."),
        ("staged.py", "other.py"),
        ("return x\n", "return x\n\n"),
        ("Source: sha256:", "Source: sha256:0"),
    ],
)
def test_an_edited_module_is_seen(old: str, new: str) -> None:
    text = module()
    assert old in text
    assert stamp.origin(text.replace(old, new)) is not stamp.Origin.INTACT


def test_every_digit_counts() -> None:
    text = module()
    digits = stamp.digits(text)
    assert digits is not None
    for place in range(8, 16):
        other = "0" if digits[place] != "0" else "1"
        changed = digits[:place] + other + digits[place + 1 :]
        assert stamp.origin(text.replace(digits, changed)) is stamp.Origin.EDITED


@pytest.mark.parametrize(
    "text", ["", "x = 1\n", '"""Backward pass of x"""\n', '"""Backward pass of\n' * 9]
)
def test_other_files_are_foreign(text: str) -> None:
    assert stamp.origin(text) is stamp.Origin.FOREIGN
    assert stamp.checked_in(text) is None
    assert not stamp.source_changed(text, SOURCE)


def test_a_changed_source_is_seen() -> None:
    assert not stamp.source_changed(module(), SOURCE)
    assert not stamp.source_changed(module(), SOURCE.replace("\n", "\r\n"))
    assert stamp.source_changed(module(), SOURCE + "# more\n")


def test_the_sentence_can_be_read_back() -> None:
    assert stamp.checked_in(module(checked="8 of 8 proved.")) == "8 of 8 proved."
