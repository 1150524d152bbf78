"""The functions `value_and_grad`, `grad`, `vjp`, `generate`, `verify`."""

from __future__ import annotations

import importlib
import inspect
import math
import timeit
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from backgen import BackgenError, UsageError


def product(x, y):
    return x * y


def affine(w, x, b=1.0, *, scale=2.0):
    return scale * (w[0] * x + w[1] * x**2 + b)


def declared(x: float, n: int, flag: bool = False):
    return x * n if flag else x + n


def several(x, y):
    a = x * y
    return a, a + x


def of_arrays(x, w, b):
    return np.maximum(0, x @ w + b).sum()


def of_a_list(p):
    return (p[0] @ p[1] + p[2]).sum()


def of_a_dict(p):
    return (p["x"] @ p["w"] + p["b"]).sum()


def of_numbers(p):
    return p[0] * p[1] + p[2]


RATE = 3.0


def reads_a_global(x):
    return RATE * x * x


def labelled(x, label="none"):
    print(label)
    return 2.0 * x


# -- what comes back


def test_value_and_grad() -> None:
    value, gradient = backgen.value_and_grad(product)(3.0, -4.0)
    assert value == -12.0
    assert gradient == (-4.0, 3.0)


@pytest.mark.parametrize(
    ("wrt", "expected"),
    [
        (None, (-4.0, 3.0)),
        ("x", -4.0),
        ("y", 3.0),
        (("x",), (-4.0,)),
        (["y"], (3.0,)),
        (("x", "y"), (-4.0, 3.0)),
        (("y", "x"), (3.0, -4.0)),
        (("x", "x"), (-4.0, -4.0)),
        (("y", "x", "y"), (3.0, -4.0, 3.0)),
    ],
)
def test_wrt_decides_the_form(wrt: Any, expected: object) -> None:
    assert backgen.grad(product, wrt)(3.0, -4.0) == expected
    assert backgen.value_and_grad(product, wrt=wrt)(3.0, -4.0) == (-12.0, expected)
    value, pullback = backgen.vjp(product, wrt)(3.0, -4.0)
    assert (value, pullback(1.0)) == (-12.0, expected)


def test_one_parameter_comes_bare() -> None:
    assert backgen.grad(lambda x: x * x)(3.0) == 6.0


def test_integers_are_differentiated_like_floats() -> None:
    assert backgen.grad(lambda x: x**2 / 4)(3) == 1.5


@pytest.mark.filterwarnings("ignore:.*unverified")  # one side of the flag
def test_what_carries_no_gradient_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert backgen.grad(declared)(2.0, 5) == 1.0
    assert backgen.grad(declared)(2.0, 5, True) == 5.0
    assert backgen.grad(labelled)(2.0, "here") == 2.0
    assert backgen.grad(labelled)(2.0) == 2.0
    assert capsys.readouterr().out == "here\nnone\n"


def test_a_flag_is_no_number_to_differentiate() -> None:
    assert backgen.grad(lambda x, flag: x * x)(3.0, True) == 6.0
    assert backgen.grad(lambda x, flag: x * x, "x")(3.0, np.True_) == 6.0


@pytest.mark.filterwarnings("ignore:.*unverified")
def test_a_declared_int_is_differentiated_when_asked_for() -> None:
    assert backgen.grad(declared, "n")(2.0, 5, True) == 2.0


def test_lists_have_lists_as_gradients() -> None:
    dw, dx, db = backgen.grad(affine, ("w", "x", "b"))([2.0, 3.0], 5.0)
    assert list(dw) == [10.0, 50.0]
    assert (dx, db) == (2.0 * (2.0 + 2 * 3.0 * 5.0), 2.0)


def test_keywords_and_defaults_work_as_in_the_function() -> None:
    grad = backgen.value_and_grad(affine, "x")
    for args, kwargs in [
        (([2.0, 3.0], 5.0), {}),
        (([2.0, 3.0], 5.0, 7.0), {}),
        (([2.0, 3.0],), {"x": 5.0, "b": 7.0}),
        (((2.0, 3.0), 5.0), {"scale": 3.0}),
        ((), {"x": 5.0, "w": [2.0, 3.0], "scale": 1.0, "b": 0.0}),
    ]:
        value, dx = grad(*args, **kwargs)
        scale = kwargs.get("scale", 2.0)
        assert value == affine(*args, **kwargs)
        assert dx == pytest.approx(scale * (2.0 + 2 * 3.0 * 5.0))


def test_defaults_are_those_of_the_definition() -> None:
    start = 2.0

    def scaled(x, factor=start, weights=(1.0, start)):
        return factor * weights[1] * x

    grad = backgen.grad(scaled, "x")
    start = 3.0
    assert grad(1.0) == 4.0
    assert grad(1.0, start) == 6.0
    assert grad(1.0) == 4.0


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [((), {}), ((1.0,), {}), ((1.0, 2.0, 3.0), {}), ((1.0,), {"z": 1})],
)
def test_arguments_that_do_not_fit(args: Any, kwargs: Any) -> None:
    with pytest.raises(TypeError):
        backgen.grad(product)(*args, **kwargs)


def test_a_pullback_can_be_called_again() -> None:
    y, pullback = backgen.vjp(several, wrt=("x", "y"))(3.0, 4.0)
    assert y == (12.0, 15.0)
    assert pullback((1.0, 0.0)) == (4.0, 3.0)
    assert pullback((0.0, 1.0)) == (5.0, 3.0)
    assert pullback((1.0, 0.0)) == (4.0, 3.0)


def test_it_looks_like_the_function() -> None:
    grad = backgen.grad(affine)
    assert grad.__name__ == "affine"
    assert grad.__wrapped__ is affine
    assert inspect.signature(grad) == inspect.signature(affine)


# -- what is written, and when


def test_source_is_the_text_of_the_last_call() -> None:
    grad = backgen.value_and_grad(affine)
    with pytest.raises(UsageError, match="call it first") as caught:
        _ = grad.source
    assert caught.value.code == "BG030"
    grad([1.0, 2.0], 3.0)
    first = grad.source
    assert "def affine_value_and_grad(" in first
    assert "proved equal to SymPy" in first
    grad((1.0, 2.0), 3.0)
    grad([1.0, 2.0], 3.0)
    assert grad.source == first


def test_vjp_is_written_as_two_functions() -> None:
    vjp = backgen.vjp(product)
    vjp(1.0, 2.0)
    assert "def product_forward(" in vjp.source
    assert "def product_backward(" in vjp.source


def test_a_list_has_a_gradient_of_its_own_length() -> None:
    grad = backgen.grad(lambda w, x: w[0] * x, "w")
    assert grad([1.0, 2.0], 3.0) == [3.0, 0.0]
    assert grad([1.0, 2.0, 5.0], 3.0) == [3.0, 0.0, 0.0]
    assert grad([1.0], 3.0) == [3.0]
    assert grad([1.0, 2.0], 3.0) == [3.0, 0.0]


def test_source_follows_the_values_of_globals(monkeypatch: pytest.MonkeyPatch) -> None:
    grad = backgen.grad(reads_a_global)
    for rate in (1.25, 2.5, 1.25, 2.5):
        monkeypatch.setitem(globals(), "RATE", rate)
        grad(2.0)
        assert f"RATE = {rate}\n" in grad.source


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count how often something is generated."""
    from backgen import pipeline

    calls = []
    whole = pipeline.from_function

    def counting(*args: Any) -> Any:
        calls.append(args)
        return whole(*args)

    monkeypatch.setattr(pipeline, "from_function", counting)
    return lambda: len(calls)


def test_one_text_for_each_combination_of_types(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    count = counted(monkeypatch)
    grad = backgen.grad(lambda w, x: w[0] * x)
    for _ in range(2):
        grad([1.0, 2.0], 3.0)
        grad([4.0, 5.0], 6)
        grad([1.0, 2.0], x=3.0)
    assert count() == 1
    grad((1.0, 2.0), 3.0)
    grad([1.0, 2.0, 3.0], 3.0)
    assert count() == 3


def test_a_global_that_changes_changes_the_gradient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grad = backgen.grad(reads_a_global)
    assert grad(2.0) == 12.0
    monkeypatch.setitem(globals(), "RATE", 5.0)
    assert grad(2.0) == 20.0
    monkeypatch.setitem(globals(), "RATE", 3)
    assert grad(2.0) == 12.0
    monkeypatch.delitem(globals(), "RATE")
    with pytest.raises(BackgenError, match="RATE"):
        grad(2.0)


def test_values_seen_before_are_not_generated_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    count = counted(monkeypatch)
    grad = backgen.grad(reads_a_global)
    for rate in (1.0, 2.0, 1.0, 2.0):
        monkeypatch.setitem(globals(), "RATE", rate)
        assert grad(2.0) == 4.0 * rate
    assert count() == 2


def test_values_that_never_repeat_do_not_fill_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import linecache

    grad = backgen.grad(reads_a_global, verify=False)
    before = len(linecache.cache)
    for rate in range(40):
        monkeypatch.setitem(globals(), "RATE", float(rate))
        assert grad(2.0) == 4.0 * rate
    assert len(linecache.cache) - before < 40


def test_a_closure_variable_that_changes_changes_the_gradient() -> None:
    factor = 2.0

    def scaled(x):
        return factor * x

    grad = backgen.grad(scaled)
    assert grad(1.0) == 2.0
    factor = 7.0
    assert grad(1.0) == 7.0
    factor = np.float64(1.5)
    assert grad(1.0) == 1.5


def test_zeros_of_both_signs_are_different_values() -> None:
    zero = 0.0

    def signed(x):
        return math.copysign(3 * x, zero)

    grad = backgen.grad(signed)
    assert grad(3.0) == 3.0
    zero = -0.0
    assert grad(3.0) == -3.0


def test_it_is_verified_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from backgen import pipeline
    from backgen.emit import render

    whole = render.render_module
    monkeypatch.setattr(
        pipeline,
        "render_module",
        lambda *args: whole(*args).replace("dx = y", "dx = 2 * y"),
    )
    with pytest.raises(backgen.NotVerified, match=r"BG040.*\n.*verify=False"):
        backgen.grad(product)(3.0, -4.0)
    assert backgen.grad(product, verify=False)(3.0, -4.0) == (-8.0, 3.0)


def test_what_could_not_be_verified_is_said() -> None:
    def nowhere(x):
        return math.sqrt(-1.0 - x * x) * x

    grad = backgen.grad(nowhere)
    said = pytest.warns(UserWarning, match="`nowhere`: .*unverified")
    with said, pytest.raises(ValueError, match="math domain"):
        grad(2.0)


def test_tracebacks_show_the_written_line() -> None:
    grad = backgen.grad(lambda x: 1.0 / x)
    with pytest.raises(ZeroDivisionError) as caught:
        grad(0.0)
    shown = "".join(traceback.format_exception(caught.value))
    assert "out = 1.0 / x" in shown


# -- NumPy's numbers


@pytest.mark.parametrize(
    "x", [np.float64(3.0), np.float32(3.0), np.int64(3), np.int8(3), np.array(3.0)]
)
def test_numbers_of_numpy_are_numbers(x: Any) -> None:
    assert backgen.grad(lambda x: x * x)(x) == 6.0
    assert backgen.grad(lambda w: w[0] * w[1])([x, 2.0]) == [2.0, 3.0]


def test_integers_of_numpy_do_not_wrap_around() -> None:
    grad = backgen.grad(lambda x: x * x * x)
    assert [grad(np.int8(100)), grad(np.int8(100))] == [30000, 30000]


def test_an_array_of_one_number_is_changed_by_all_its_names() -> None:
    def doubled(x):
        y = x
        y += y
        return x * y

    x = np.array(3.0)
    with pytest.raises(backgen.Refused, match="not only `y` may hold"):
        backgen.value_and_grad(doubled)(x)
    assert x == 3.0
    assert backgen.value_and_grad(doubled)(3.0) == (18.0, 12.0)


@pytest.mark.parametrize("count", [np.int64(2), np.array(2.0), 2])
def test_what_holds_numbers_of_numpy_is_changed(count: Any) -> None:
    def scaled(p, xs):
        p["W"] = p["W"] * p["n"]
        xs[0] = xs[0] * xs[1]
        xs.append(p["W"][0])
        return p["W"].sum() * xs[-1]

    p, xs = {"W": np.array([1.0, 3.0]), "n": count}, [np.float64(0.5), count]
    value, (_, dxs) = backgen.value_and_grad(scaled, wrt=("p", "xs"))(p, xs)
    assert (value, list(dxs)) == (16.0, [0.0, 0.0])
    assert p["W"].tolist() == [2.0, 6.0]
    assert p["n"] is count
    assert xs == [1.0, 2, 2.0]
    assert xs[1] is count


# -- what is refused


def test_functions_in_modules_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gates_beside.py").write_text("def gate(x):\n    return x * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    gates_beside = importlib.import_module("gates_beside")
    gate = gates_beside.gate
    with pytest.raises(backgen.Refused) as caught:
        backgen.grad(lambda x: gates_beside.gate(x))(3.0)
    assert "from gates_beside import gate" in str(caught.value.hint)
    assert backgen.grad(lambda x: gate(x))(3.0) == 6.0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1j, "`x` is of type complex.*two parameters"),
        (np.complex128(1j), "complex128"),
        ("text", "`x` is of type str"),
        (None, "`x` is of type NoneType"),
        ([1.0, "a"], r"`x\[1\]` is of type str"),
        ([1.0, [2.0]], r"`x\[1\]` is of type list"),
        ([1.0, 1j], r"`x\[1\]` is of type complex"),
    ],
    ids=repr,
)
def test_arguments_without_a_gradient(value: Any, words: str) -> None:
    with pytest.raises(UsageError, match=f"(?s){words}") as caught:
        backgen.grad(product, "x")(value, 2.0)
    assert caught.value.code == "BG031"


@pytest.mark.parametrize("value", [np.ones(2, complex), 1j], ids=repr)
def test_without_wrt_nothing_is_left_out_in_silence(value: Any) -> None:
    with pytest.raises(UsageError, match="BG031"):
        backgen.grad(product)(2.0, value)


def test_a_type_seen_before_does_not_let_others_in() -> None:
    grad = backgen.grad(product)
    grad(2.0, 3.0)
    with pytest.raises(UsageError, match="BG031"):
        grad(2.0, np.ones(2))
    assert grad(np.array(2.0), 3.0) == (3.0, 2.0)


def test_an_output_that_is_not_a_number() -> None:
    for differentiate in (backgen.value_and_grad, backgen.grad):
        with pytest.raises(UsageError, match=r"backgen\.vjp") as caught:
            differentiate(several)(1.0, 2.0)
        assert caught.value.code == "BG031"


@pytest.mark.parametrize("function", [math.sin, int, 3, "f", np.sin], ids=repr)
def test_objects_without_source(function: Any) -> None:
    with pytest.raises(UsageError, match="BG030"):
        backgen.grad(function)


def test_a_function_without_source() -> None:
    namespace: dict[str, Any] = {}
    exec("def f(x):\n    return x * x\n", namespace)
    with pytest.raises(UsageError, match="BG030"):
        backgen.grad(namespace["f"])(1.0)


def test_wrt_that_is_no_parameter() -> None:
    with pytest.raises(UsageError, match="BG031"):
        backgen.grad(product, ())
    with pytest.raises(BackgenError, match="BG005"):
        backgen.grad(product, "z")(1.0, 2.0)


# -- files


def test_generate(tmp_path: Path) -> None:
    path = tmp_path / "square.py"
    path.write_text("x = 3\nf = x * x\n")
    module = backgen.generate(path)
    assert "def square_forward(x):" in module.source
    assert module.report is not None
    assert module.report.ok
    assert [entry.base for entry in module.entries] == ["square"]
    loaded = module.load()
    assert loaded.__name__ == "square_backward"
    assert loaded.square_value_and_grad(3.0) == (9.0, 6.0)
    assert inspect.getsource(loaded.square_forward).startswith("def square_forward")
    written = module.write()
    assert written == tmp_path / "square_backward.py"
    assert written.read_text() == module.source
    with pytest.raises(backgen.OutputError, match="BG050"):
        module.write(path, force=True)


def test_generate_without_verification(tmp_path: Path) -> None:
    path = tmp_path / "square.py"
    path.write_text("x = 3\nf = x * x\n")
    module = backgen.generate(path, verify=False, style="fused", wrt="x")
    assert module.report is None
    assert "square_forward" not in module.source


def test_verify(tmp_path: Path) -> None:
    path = tmp_path / "square.py"
    path.write_text("x = 3\nf = x * x\n")
    assert backgen.verify(path).ok
    written = backgen.generate(path).write()
    written.write_text(written.read_text().replace("2 * x", "3 * x"))
    report = backgen.verify(path)
    assert not report.ok
    assert report.findings


# -- speed


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (product, (3.0, -4.0)),
        (of_arrays, (np.ones((2, 3)), np.ones((3, 2)), np.ones(2))),
        (of_a_list, ([np.ones((2, 3)), np.ones((3, 2)), np.ones(2)],)),
        (of_a_dict, ({"x": np.ones((2, 3)), "w": np.ones((3, 2)), "b": np.ones(2)},)),
        (of_numbers, ([1.0, 2.0, 3.0],)),
    ],
    ids=["numbers", "arrays", "list of arrays", "dict of arrays", "list of numbers"],
)
def test_a_call_costs_little(function: Any, arguments: tuple[Any, ...]) -> None:
    """Under 2 microseconds over calling the written function itself."""
    grad = backgen.value_and_grad(function)
    grad(*arguments)
    namespace: dict[str, Any] = {}
    exec(compile(grad.source, "written", "exec"), namespace)
    inner = namespace[f"{function.__name__}_value_and_grad"]
    count = 2_000
    timers = [timeit.Timer(partial(run, *arguments)) for run in (grad, inner)]
    # in turns, as others may be at work; the fastest of some
    rounds = [[timer.timeit(count) for timer in timers] for _ in range(25)]
    through, direct = map(min, zip(*rounds, strict=True))
    assert (through - direct) / count < 2e-6


def test_arguments_that_share_memory_are_not_written_to() -> None:
    def f(x, y):
        x[0] = y[0] * 3.0
        return np.sum(x * y)

    vg = backgen.value_and_grad(f, verify=False)
    whole = np.array([1.0, 2.0, 3.0])
    with pytest.raises(backgen.BackgenError, match="share memory"):
        vg(whole[:2], whole[1:])
    value, (dx, dy) = vg(whole[:2].copy(), whole[1:])
    assert value == 18.0
    assert dx.tolist() == [0.0, 3.0]
    assert dy.tolist() == [12.0, 2.0]


def test_lists_that_are_one_are_not_written_to() -> None:
    def f(v, w, places):
        v.append(w[places[0]])
        return v[-1] * v[0]

    one, places = [1.0, 2.0], [1, 0]
    vg = backgen.value_and_grad(f, wrt=("v", "w"), verify=False)
    with pytest.raises(backgen.BackgenError, match="share memory"):
        vg(one, one, places)
    value, (dv, dw) = vg([3.0], one, places)
    assert (value, dv, dw) == (6.0, [2.0], [0.0, 3.0])


def test_items_that_share_memory_are_not_written_to() -> None:
    def f(p):
        p["u"] *= p["v"]
        return np.sum(p["u"])

    one = np.array([1.0, 2.0])
    vg = backgen.value_and_grad(f, verify=False)
    with pytest.raises(backgen.BackgenError, match="share memory"):
        vg({"u": one, "v": one})
    assert vg({"u": one, "v": one.copy()})[1]["v"].tolist() == [1.0, 2.0]


def test_arguments_that_share_memory_in_a_dict_are_not_written_to() -> None:
    def f(x, p):
        x[0] = 3.0
        return np.sum(x * p["a"])

    vg = backgen.value_and_grad(f, verify=False)
    x = np.array([1.0, 2.0])
    with pytest.raises(backgen.BackgenError, match="share memory"):
        vg(x, {"a": x})
    _, (dx, dp) = vg(x.copy(), {"a": x})
    assert (dx.tolist(), dp["a"].tolist()) == ([0.0, 2.0], [3.0, 2.0])


TABLE = {"act": np.sin}
HELD = (TABLE, [np.cos, 2.0])


def scaled(x, k=2.0, *, by=1.0):
    return x * k * by


def test_what_is_held_by_a_tuple_may_change() -> None:
    def f(x):
        return HELD[0]["act"](x) + HELD[1][1] * x

    grad = backgen.grad(f, verify=False)
    assert grad(0.5) == math.cos(0.5) + 2.0
    try:
        TABLE["act"] = np.cos
        HELD[1][1] = 5.0
        assert grad(0.5) == 5.0 - math.sin(0.5)
    finally:
        TABLE["act"] = np.sin
        HELD[1][1] = 2.0


def test_defaults_may_change() -> None:
    def f(x, c=3.0):
        return scaled(x) * c

    grad = backgen.grad(f, wrt="x", verify=False)
    assert grad(0.5) == 6.0
    defaults, by_name = scaled.__defaults__, scaled.__kwdefaults__
    try:
        scaled.__defaults__ = (4.0,)
        assert grad(0.5) == 12.0
        scaled.__kwdefaults__ = {"by": 2.0}
        assert grad(0.5) == 24.0
        f.__defaults__ = (1.0,)
        assert grad(0.5) == 8.0
    finally:
        scaled.__defaults__, scaled.__kwdefaults__ = defaults, by_name


@pytest.mark.parametrize(
    ("arguments", "gradients"),
    [
        (([], 2.0), ([], 1.0)),
        (([3.0], 2.0), ([2.0], 3.0)),
        (((), 2.0), ((), 1.0)),
    ],
)
def test_empty_lists(arguments: tuple[Any, ...], gradients: tuple[Any, ...]) -> None:
    def f(ws, x):
        for w in ws:
            x = w * x
        return x

    value_and_grad = backgen.value_and_grad(f)
    assert value_and_grad(*arguments)[1] == gradients


def test_an_index_that_is_never_read() -> None:
    def f(x):
        for i in range(1, len(x)):
            x[0] = x[0] * x[1] * i
        return np.sum(x) + (x[2] if len(x) > 2 else 0.0)

    gradient = backgen.grad(f, verify=False)
    assert [*gradient(np.array([2.0]))] == [1.0]
    assert [*gradient(np.array([2.0, 3.0]))] == [3.0, 3.0]


@pytest.mark.filterwarnings("ignore:.*unverified")
@pytest.mark.parametrize("length", [0, 1])
def test_windows_that_are_longer_than_what_they_go_over(length: int) -> None:
    def f(x, w, s):
        n, k = len(x), len(w)
        total = 0.0
        for i in range((n - k) // s + 1):
            total += np.sum(np.tanh(x[i * s : i * s + k]) * w)
        return total

    dx, dw = backgen.grad(f, wrt=("x", "w"))(np.ones(length), np.ones(2), 1)
    assert dx.tolist() == [0.0] * length
    assert dw.tolist() == [0.0, 0.0]
