"""Input that tries to be executed, or to get text of its own into what is written."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import backgen
import pytest
from backgen import BackgenError, stamp
from backgen.cli import main
from click.testing import CliRunner
from hypothesis import given, strategies as st

MARKER = "executed"
# leaves a trace if anything of it is ever run
ATTACK = f"open({MARKER!r}, 'w').close()"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def generated(text: str, name: str = "attack.py") -> str:
    """What is written for a text; nothing of the text may have been run."""
    Path(name).write_text(text, encoding="utf-8", newline="")
    try:
        source = backgen.generate(name).source
    finally:
        assert not Path(MARKER).exists()
    loaded_functions(source)
    return source


def loaded_functions(source: str) -> list[str]:
    """The functions of a written module, which may hold nothing else that acts."""
    tree = ast.parse(source)
    allowed = (ast.FunctionDef, ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    for node in tree.body:
        assert isinstance(node, allowed)
        assert not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant)
    calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    assert not calls & {"open", "eval", "exec", "os.system", "__import__"}
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


# -- nothing is executed


@pytest.mark.parametrize(
    "text",
    [
        f"import os\nos.system('touch {MARKER}')\nx = 1.0\nf = x * x\n",
        f"{ATTACK}\nx = 1.0\nf = x * x\n",
        f"x = {ATTACK}\nf = x * x\n",
        f"x = 1.0\nf = x * {ATTACK}\n",
        f"x = 1.0\nf = x * eval({ATTACK!r})\n",
        f"x = 1.0\nf = x * __import__('os').system('touch {MARKER}')\n",
        f"x = 1.0\nexec({ATTACK!r})\nf = x * x\n",
        f"@{ATTACK}\ndef f(x):\n    return x * x\n",
        f"def f(x={ATTACK}):\n    return x * x\n",
        f"def f(x):\n    return x * (lambda: {ATTACK})()\n",
        f'def f(x):\n    print(f"{{{ATTACK}}}")\n    return x * x\n',
        f"def f(x):\n    assert {ATTACK}\n    return x * x\n",
        f"def f(x: {ATTACK}):\n    return x & x\n",
        f"G = {ATTACK}\ndef f(x):\n    return x * G\n",
        f"class A:\n    {ATTACK}\n",
        f"x = 1.0\nf = [{ATTACK} for _ in range(3)][0] * x\n",
    ],
    ids=str.split(
        "os bare input stage eval import exec decorator default lambda f-string "
        "assert annotation constant class comprehension"
    ),
)
def test_nothing_is_executed(text: str) -> None:
    Path("attack.py").write_text(text)
    for args in (["attack.py"], ["verify", "attack.py"], ["--diff", "attack.py"]):
        result = CliRunner(catch_exceptions=False).invoke(main, args)
        assert result.exit_code == 2, result.output
        assert "BG0" in result.stderr
        assert "BG099" not in result.stderr
        assert not Path(MARKER).exists()


@pytest.mark.parametrize(
    "text",
    [
        f"if __name__ == '__main__':\n    {ATTACK}\n\n\ndef f(x):\n    return x * x\n",
        f"{ATTACK}\n\n\ndef f(x):\n    return x * x\n",
        f"G = {ATTACK}\n\n\ndef f(x):\n    return x * x\n",
        f"def f(x: {ATTACK}):\n    return x * x\n",
        f"def f(x) -> {ATTACK}:\n    return x * x\n",
    ],
    ids=["main", "bare", "constant", "annotation", "result"],
)
def test_what_a_function_does_not_need_is_neither_run_nor_written(text: str) -> None:
    try:
        source = generated(text)
    except BackgenError:
        return
    assert MARKER not in source


def test_the_module_beside_the_input_is_read_and_never_run() -> None:
    Path("f.py").write_text("x = 3\nf = x * x\n")
    Path("f_backward.py").write_text(f"{ATTACK}\n")
    CliRunner(catch_exceptions=False).invoke(main, ["verify", "f.py"])
    assert not Path(MARKER).exists()


def test_no_module_of_the_working_directory_is_imported() -> None:
    for name in ("math", "sympy_plugins", "numpy_extra", "attack"):
        Path(f"{name}.py").write_text(ATTACK)
    Path("staged.py").write_text("import math\nx = 3\nf = math.exp(x)\n")
    done = subprocess.run(
        [sys.executable, "-I", "-m", "backgen", "staged.py"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not Path(MARKER).exists()


@pytest.mark.skipif(shutil.which("backgen") is None, reason="needs the command")
def test_no_process_imports_from_the_working_directory() -> None:
    command = shutil.which("backgen")
    assert command is not None
    for name in ("multiprocessing", "signal", "socket", "json", "sympy", "numpy"):
        Path(f"{name}.py").write_text(ATTACK)
    Path("staged.py").write_text("import math\nx = 3\nf = math.exp(x)\n")
    done = subprocess.run(
        [command, "verify", "--no-cache", "staged.py"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not Path(MARKER).exists()


# -- nothing is injected

HOSTILE = [
    '"""',
    "'''",
    f'"""\n{ATTACK}\n"""',
    "\\",
    '\\"""',
    "{{ 7 * 7 }}",
    "{% for x in range(9) %}",
    "{# comment",
    "{{ ''.__class__.__mro__ }}",
    f"\u2028{ATTACK}",
    f"\u2029{ATTACK}",
    f"\x85{ATTACK}",
    f"\x0b{ATTACK}",
    f"\x0c{ATTACK}",
    f"\x1c{ATTACK}",
    "\u202e\u2066 reversed",
    "\x1b[31mred",
    "# (2) f = x",
    "backgen: \ufeff",
]
CONTROL = {*map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066"}


def assert_plain(source: str) -> None:
    """No character that ends a line for some reader, or that hides text."""
    assert not CONTROL - {"\n"} & set(source)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_comments(text: str) -> None:
    comment = text.replace("\n", " ").replace("\r", " ")
    source = generated(f"x = 3  # {comment}\nf = x * x  # {comment}\n# {comment}\n")
    assert loaded_functions(source)[0] == "attack_forward"
    assert_plain(source)
    assert "49" not in source.partition('"""\n')[2]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_strings_and_docstrings(text: str) -> None:
    source = generated(
        f"def f(x, label={text!r}):\n"
        f"    {text!r}\n"
        f"    assert x > 0, {text!r}\n"
        f"    print({text!r}, label, f'{{x}}')\n"
        f"    return x * x\n"
    )
    assert loaded_functions(source)[0] == "f_forward"
    assert_plain(source)
    strings = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
    }
    assert text in strings


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.skipif(os.name != "posix", reason="such names are POSIX's")
def test_file_names(text: str) -> None:
    name = f"{text.replace('/', ' ')}.py"
    source = generated("x = 3\nf = x * x\n", name)
    functions = loaded_functions(source)
    assert len(functions) == 3
    assert all(name.isidentifier() for name in functions)
    assert_plain(source)
    assert stamp.origin(source) is stamp.Origin.INTACT
    shown = ast.get_docstring(ast.parse(source))
    assert shown is not None
    assert len(shown.splitlines()) == 4
    assert "49" not in source.partition("Source:")[0]


def test_a_file_name_that_is_not_text() -> None:
    name = os.fsdecode(b"\xff\xfe.py")
    try:
        Path(name).write_text("x = 3\nf = x * x\n")
    except OSError:
        pytest.skip("such names are not possible here")
    result = CliRunner(catch_exceptions=False).invoke(main, [name])
    assert result.exit_code == 0, result.output
    written = Path(os.fsdecode(b"\xff\xfe_backward.py"))
    assert "udcff" in written.read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    ["Ａ", "ﬁ", "Ⅷ", "ſ", "µ", "함수", "x́", "class_", "__import__", "__builtins__"],
)
def test_names(name: str) -> None:
    """Identifiers that Python normalises, or that mean something to Python."""
    try:
        source = generated(f"{name} = 3\nf = {name} * {name}\n")
    except BackgenError:
        return
    namespace: dict[str, object] = {}
    exec(compile(source, "written", "exec"), namespace)
    value_and_grad = namespace["attack_value_and_grad"]
    assert callable(value_and_grad)
    assert value_and_grad(3.0) == (9.0, 6.0)


@pytest.mark.parametrize("name", ["cache", "out", "math", "dx", "df", "f", "x_1"])
def test_names_that_the_written_code_uses_too(name: str) -> None:
    source = generated(
        f"import math as m\n\n\ndef f({name}, y):\n"
        f"    z = m.sin({name}) * y\n    {name} = z * y\n    return {name} * z\n"
    )
    namespace: dict[str, object] = {}
    exec(compile(source, "written", "exec"), namespace)
    value_and_grad = namespace["f_value_and_grad"]
    assert callable(value_and_grad)
    import math

    value, (first, second) = value_and_grad(0.5, 2.0)
    sine, cosine = math.sin(0.5), math.cos(0.5)
    assert value == pytest.approx(8 * sine**2)
    assert first == pytest.approx(16 * sine * cosine)
    assert second == pytest.approx(12 * sine**2)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_messages_to_a_terminal(text: str) -> None:
    """An error shows the user's line, but nothing that a terminal obeys."""
    line = text.replace("\n", " ")
    Path("attack.py").write_text(f"x = 3\nf = x & 1  # {line}\n", "utf-8", newline="")
    result = CliRunner(catch_exceptions=False).invoke(main, ["attack.py"])
    assert result.exit_code == 2
    assert_plain(result.stderr)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_any_comment(comment: str) -> None:
    flat = " ".join(f"x{comment}x".splitlines()).replace("\0", "")
    try:
        ast.parse(f"f = 1  # {flat}")
    except SyntaxError:
        return
    Path("any.py").write_text(f"x = 3\nf = x * x  # {flat}\n", "utf-8", newline="")
    source = backgen.generate("any.py", verify=False).source
    assert_plain(source)
    assert loaded_functions(source)[0] == "any_forward"
