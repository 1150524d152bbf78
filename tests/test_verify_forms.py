"""Forms of functions and of written modules that the verifier has to follow."""

from __future__ import annotations

import pytest
from backgen.verify import verify
from backgen.verify.reports.report import Report, Status

TEXT = """import math


def f_forward({parameters}):
    {stage}
    return {out}, {cache}


def f_backward(dout, cache):
    {names} = cache
    {block}
    return {gradients}
"""


def module(both: str = "", **parts: str) -> str:
    """A module with one stage, and the function that runs both passes."""
    parts["stage"] += "  # (1)"
    parts["block"] = "\n    ".join(["# (1)", *parts["block"].split("\n")])
    return TEXT.format(names=parts["cache"], **parts) + both


# -- parameters

PARAMETERS = "x, /, n=2.0, *, k=3.0"
KEYWORDS = module(
    parameters=PARAMETERS,
    stage="out = x * n * k",
    out="out",
    cache="(x, n, k)",
    block="dx = n * k * dout\ndn = x * k * dout\ndk = x * n * dout",
    gradients="dx, dn, dk",
    both="""

def f_value_and_grad({parameters}):
    out, cache = f_forward({arguments})
    return out, f_backward(1.0, cache)
""",
)
KEYWORDS_SOURCE = f"def f({PARAMETERS}):\n    return x * n * k\n"


def check_keywords(parameters: str = PARAMETERS, call: str = "x, n, k=k") -> Report:
    text = KEYWORDS.replace("{parameters}", parameters).replace("{arguments}", call)
    return verify(KEYWORDS_SOURCE, "f.py", text)


@pytest.mark.parametrize("call", ["x, n, k=k", "x, n=n, k=k", "x, k=k, n=1 * n"])
def test_keyword_arguments(call: str) -> None:
    assert check_keywords(call=call).verified


@pytest.mark.parametrize(
    "call", ["x, n, k", "x=x, n=n, k=k", "x, n", "x, n, k=n", "x, x, k=k", "n, x, k=k"]
)
def test_wrong_arguments_are_found(call: str) -> None:
    assert "f_value_and_grad" in str(check_keywords(call=call).findings)


@pytest.mark.parametrize(
    "parameters",
    ["n, /, x=2.0, *, k=3.0", "x, /, n=2.5, *, k=3.0", "x, /, *, n=2.0, k=3.0"],
)
def test_other_signatures_are_found(parameters: str) -> None:
    assert not check_keywords(parameters).ok


def test_equal_defaults_may_be_written_differently() -> None:
    assert check_keywords("x, /, n=2, *, k=3.00").verified


# -- which gradients are returned

PRODUCT = module(
    parameters="x, y",
    stage="out = x * y",
    out="out",
    cache="(x, y)",
    block="dx = y * dout\ndy = x * dout",
    gradients="dx, dy",
)
PRODUCT_SOURCE = "def f(x, y):\n    return x * y\n"


def test_gradient_that_is_dropped_from_the_return_is_found() -> None:
    assert verify(PRODUCT_SOURCE, "f.py", PRODUCT).verified
    dropped = PRODUCT.replace("return dx, dy", "return dx")
    assert "`dy` is computed" in verify(PRODUCT_SOURCE, "f.py", dropped).summary()
    alone = dropped.replace("    dy = x * dout\n", "")
    assert verify(PRODUCT_SOURCE, "f.py", alone).verified
    assert verify(PRODUCT_SOURCE, "f.py", alone, wrt={"f": ["x"]}).verified
    assert not verify(PRODUCT_SOURCE, "f.py", alone, wrt={"f": ["x", "y"]}).ok
    assert not verify(PRODUCT_SOURCE, "f.py", alone, wrt={"f": ["y"]}).ok


# -- lists and tuples

LISTS = module(
    parameters="w, x",
    stage="out = [w[0] * x, w[1]]",
    out="(out, x)",
    cache="(w, x)",
    block="dw = [0.0] * 2\ndw[0] = x * dv[0]\ndw[1] = dv[1]\ndx += w[0] * dv[0]",
    gradients="tuple(dw), dx",
).replace(
    "    # (1)\n", "    dv = [dout[0][0], dout[0][1]]\n    dx = dout[1]\n    # (1)\n"
)
LISTS = LISTS.replace("out = [", "v = [").replace("(out, x)", "(v, x)")
LISTS_SOURCE = (
    "def f(w: tuple[float, float], x):\n    v = [w[0] * x, w[1]]\n    return v, x\n"
)


def test_list_that_is_returned() -> None:
    assert verify(LISTS_SOURCE, "f.py", LISTS).verified
    quoted = LISTS_SOURCE.replace("tuple[float, float]", '"tuple[float, float]"')
    assert verify(quoted, "f.py", LISTS).verified
    swapped = LISTS.replace("dout[0][0], dout[0][1]", "dout[0][1], dout[0][0]")
    assert not verify(LISTS_SOURCE, "f.py", swapped).ok
    assert not verify(LISTS_SOURCE, "f.py", LISTS.replace("dx +=", "dx =")).ok


def test_parameter_that_is_returned_as_it_is() -> None:
    text = (
        "def f_forward(w):\n    return w, ()\n\n\n"
        "def f_backward(dout, cache):\n    dw = [dout[0], dout[1]]\n    return dw\n"
    )
    source = "def f(w: tuple[float, float]):\n    return w\n"
    assert verify(source, "f.py", text).verified
    assert not verify(source, "f.py", text.replace("dout[1]", "dout[0]")).ok


ITEMS = """def f_forward(w):
    u = w[1] * w[0]  # (1)
    v = w[0] * w[0]  # (2)
    out = u + v  # (3)
    return out, (w,)


def f_backward(dout, cache):
    (w,) = cache
    # (3) out = u + v
    du = dout
    dv = dout
    # (2) v = w[0] * w[0]
    dw = [0.0] * 3
    dw[0] = 2 * w[0] * dv
    # (1) u = w[1] * w[0]
    dw[1] = w[0] * du
    dw[0] += w[1] * du
    return dw
"""
ITEMS_SOURCE = (
    "def f(w: tuple[float, float, float]):\n    u = w[1] * w[0]\n    v = w[0] * w[0]\n"
    "    return u + v\n"
)


def test_item_that_was_zero_may_be_assigned() -> None:
    assert verify(ITEMS_SOURCE, "f.py", ITEMS).verified
    wrong = ITEMS.replace("dw[0] += w[1]", "dw[0] = w[1]")
    (finding,) = verify(ITEMS_SOURCE, "f.py", wrong).findings
    assert (finding.stage, "overwrites" in finding.message) == (1, True)


def test_items_of_a_display_are_evaluated_in_order() -> None:
    first = "def f(x):\n    x = 2 * x\n    return x, (y := 3 * x)\n"
    text = (
        "def f_forward(x):\n    x_1 = 2 * x  # (1)\n    y = 3 * x_1  # (2)\n"
        "    return (x_1, y), ()\n\n\n"
        "def f_backward(dout, cache):\n    dx_1, dy = dout\n    # (2)\n"
        "    dx_1 += 3 * dy\n    # (1)\n    dx = 2 * dx_1\n    return dx\n"
    )
    plain = first.replace("(y := 3 * x)", "3 * x")
    assert verify(plain, "f.py", text).verified
    # here the first item is the value that the second one replaces
    rebound = "def f(x):\n    y = 2 * x\n    return y, (y := 3 * x)\n"
    assert not verify(rebound, "f.py", text.replace("x_1, y", "y, y")).ok


def test_list_that_is_changed_in_place_is_followed() -> None:
    source = "def f(x):\n    w = [x, x]\n    w[0] = 2 * x\n    return w[0]\n"
    report = verify(source, "f.py", PRODUCT)
    assert not report.ok


# -- texts and flags

CHOICE = module(
    parameters="x, mode, square",
    stage='out = x**2 if mode == "s" and square else x if mode != "t" else -x',
    out="out",
    cache="(x, mode, square)",
    block='dx = 2 * x * dout if mode == "s" and square else dout if mode != "t" '
    "else -dout",
    gradients="dx",
)
CHOICE_SOURCE = (
    "def f(x, mode, square: bool):\n"
    '    return x**2 if mode == "s" and square else x if mode != "t" else -x\n'
)


def test_texts_and_flags_decide_conditions() -> None:
    assert verify(CHOICE_SOURCE, "f.py", CHOICE).verified
    for old, new in [('"t" else -d', '"u" else -d'), ("and square else d", "else d")]:
        assert old in CHOICE
        assert not verify(CHOICE_SOURCE, "f.py", CHOICE.replace(old, new)).ok


def test_a_text_may_be_returned() -> None:
    source = (
        'def f(x, y, name: str = "a"):\n    return {"value": x * y, "name": name}\n'
    )
    text = PRODUCT.replace("x, y):", "x, y, name='a'):")
    text = text.replace("out, (x", '{"value": out, "name": name}, (x')
    text = text.replace("y * dout", 'y * dout["value"]')
    text = text.replace("x * dout", 'x * dout["value"]')
    assert verify(source, "f.py", text).verified


# -- names


def test_variable_called_like_the_upstream_gradient() -> None:
    source = "def f(x, y):\n    dout = x * y\n    return x * x, dout, dout\n"
    text = """def f_forward(x, y):
    dout = x * y  # (1)
    out_1 = x * x  # (2)
    return (out_1, dout, dout), (x, y)


def f_backward(dout_1, cache):
    x, y = cache
    grad_out_1 = dout_1[0]
    ddout = dout_1[1]
    ddout += dout_1[2]
    # (2) out_1 = x * x
    dx = 2 * x * grad_out_1
    # (1) dout = x * y
    dx += y * ddout
    dy = x * ddout
    return dx, dy
"""
    assert verify(source, "f.py", text).verified
    assert not verify(source, "f.py", text.replace("dout_1[2]", "dout_1[0]")).ok


def test_two_inner_bindings_of_one_name() -> None:
    source = "def f(x, y):\n    a = (1 + (c := y)) * (c := x)\n    return a + c\n"
    text = """def f_forward(x, y):
    c = y
    c_1 = x
    a = (1 + c) * c_1  # (1)
    out = a + c_1  # (2)
    return out, (c, c_1)


def f_backward(dout, cache):
    c, c_1 = cache
    # (2) out = a + c_1
    da = dout
    dc_1 = dout
    # (1) a = (1 + (c := y)) * (c := x)
    dc_1 += (1 + c) * da
    dc = c_1 * da
    dx = dc_1
    dy = dc
    return dx, dy
"""
    assert verify(source, "f.py", text).verified


# -- attribution and precision


def test_value_that_is_only_moved_has_an_adjoint_of_its_own() -> None:
    source = (
        "def f(x):\n    start = x\n    y = x * x\n    z = y + start\n    return z * z\n"
    )
    text = """def f_forward(x):
    start = x  # (1)
    y = x * x  # (2)
    z = y + start  # (3)
    out = z * z  # (4)
    return out, (x, z)


def f_backward(dout, cache):
    x, z = cache
    # (4) out = z * z
    dz = 2 * z * dout
    # (3) z = y + start
    dy = dz
    dstart = dz
    # (2) y = x * x
    dx = 2 * x * dy
    # (1) start = x
    dx += 2 * dstart
    return dx
"""
    report = verify(source, "f.py", text, levels=(1, 3))
    assert report.findings[0].stage == 1
    right = verify(source, "f.py", text.replace("+= 2 *", "+="))
    assert right.functions[0].symbolic is Status.PROVED


def test_cancellation_is_not_taken_for_a_mistake() -> None:
    sine = "math.sin(x)"
    roots = f"math.sqrt((2 - {sine}) * (2 + {sine})) - math.sqrt(4 - {sine} ** 2)"
    text = module(
        parameters="x",
        stage="out = x * x",
        out="out",
        cache="(x,)",
        block=f"dx = 2 * x * dout + 1e45 * ({roots}) * dout",
        gradients="dx",
    )
    report = verify("def f(x):\n    return x * x\n", "f.py", text, levels=(1, 2, 3))
    assert report.verified, report.findings
