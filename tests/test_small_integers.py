"""Arrays of few bytes: NumPy cuts off what does not fit, also in a backward pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from backgen import generate, value_and_grad


def squares(x, k):
    return ((x * k) ** 2).sum()


def powers(x, k):
    return (k * x * k).sum() + (x * k**2).sum()


def scaled(x, k):
    return (x * k * 100).sum() - (x * 300 * k).sum()


def wrapped(x, k):
    return (x * -k).sum() + (x * (k - 100)).sum() + (x * (k * k)).sum()


def both(x, k):
    # what is cut off in the one is not in the other
    return (x * k**2).sum() + ((x * k) ** 2).sum()


def quotients(x, k):
    return (x / k / k).sum() + (k / x).sum() + ((x - k) / k**2).sum()


def exponents(x, k):
    return (x ** (k % 3)).sum() + (x[0] ** (k - k)).sum()


def logarithms(x, k):
    return ((k / 50) ** x).sum() + ((k % 5 + 2) ** x).sum()


def by_elements(x, k):
    total = 0.0
    for i in range(3):
        total += x[i] * k[i] * k[i] - k[i] * x[i] ** 2 * k[0]
    return total


def product(a, b, x):
    return (a * x * b * x).sum()


def called(x, k):
    return product(k, k + 1, x) + product(k[::-1], k, x)


def summed(x, k):
    return np.einsum("i,i,i", x, k, k) + (x[:, None] * k * k[:, None]).sum()


SMALL = np.uint8


def made(x, k):
    small = np.array([200, 140, 50], dtype=np.uint8)
    return ((x * small) ** 2).sum()


def made_by_name(x, k):
    small = np.arange(3, dtype="int8") * 50
    return ((x * small) ** 2).sum()


def made_by_numbers(x, k):
    return ((x * np.uint8(200)) ** 2).sum()


def converted(x, k):
    small = k.astype(SMALL)
    return ((x * small) ** 2).sum()


def filled(x, k):
    small = np.full(3, 200, dtype=np.uint8)
    total = 0.0
    for i in range(3):
        total += (x[i] * small[i]) ** 2
    return total


def handed_on(x, k):
    return squares(x, np.array([200, 140, 50], np.uint8))


def differences(
    f: Callable[..., float], x: np.ndarray, k: np.ndarray
) -> list[np.floating]:
    h = 1e-5
    return [(f(x + h * e, k) - f(x - h * e, k)) / (2 * h) for e in np.eye(len(x))]


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int32", "uint64"])
@pytest.mark.parametrize(
    "f",
    [
        squares,
        powers,
        scaled,
        wrapped,
        both,
        quotients,
        exponents,
        logarithms,
        by_elements,
        called,
        summed,
    ],
)
def test_what_the_forward_pass_does_not_cut_off_stays_whole(f, dtype):
    x = np.array([1.3, 0.4, 2.0])
    k = np.array([100, 40, 123], dtype=dtype)
    value, dx = value_and_grad(f, wrt="x")(x, k)
    assert value == pytest.approx(f(x, k), rel=1e-12)
    np.testing.assert_allclose(dx, differences(f, x, k), rtol=1e-5, atol=1e-5)
    assert dx.dtype == x.dtype


def test_a_product_with_floats_is_one_of_floats():
    def f(x, k):
        return (x * k / 255).sum()

    step = value_and_grad(f, wrt="x")
    step(np.ones(3), np.arange(3, dtype=np.uint8))
    assert "astype" not in step.source


def test_integers_of_eight_bytes_are_large_enough():
    step = value_and_grad(squares, wrt="x")
    step(np.ones(3), np.arange(3))
    assert "astype" not in step.source


@pytest.mark.filterwarnings("ignore:.*unverified")
@pytest.mark.parametrize(
    "f", [made, made_by_name, made_by_numbers, converted, filled, handed_on]
)
def test_small_integers_that_the_program_makes_itself(f):
    x = np.array([1.3, 0.4, 2.0])
    k = np.array([100, 40, 123])
    value, dx = value_and_grad(f, wrt="x")(x, k)
    assert value == pytest.approx(f(x, k), rel=1e-12)
    np.testing.assert_allclose(dx, differences(f, x, k), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        'def f(x: "N", k: "N uint8"):\n    return ((x * k) ** 2).sum()\n',
        'def f(x: "N", k: "N, int32"):\n    return ((x * k) ** 2).sum()\n',
        'def f(x: "N", k: UInt16[Array, "N"]):\n    return ((x * k) ** 2).sum()\n',
        "import numpy as np\nK = np.array([1, 2, 3], dtype=np.uint8)\n"
        'def f(x: "3"):\n    return ((x * K) ** 2).sum()\n',
    ],
)
def test_small_integers_that_a_file_states(tmp_path, text):
    path = tmp_path / "small.py"
    path.write_text(text, encoding="utf-8")
    assert ".astype(np.float64) ** 2" in generate(path).source


def test_names_of_large_integers_state_nothing_small():
    def f(x, k):
        large = k.astype(np.int64) + np.array([1, 2, 3], dtype="int64")
        return ((x * large) ** 2).sum()

    step = value_and_grad(f, wrt="x")
    step(np.ones(3), np.arange(3))
    assert "astype(np.float64)" not in step.source


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64])
def test_integers_of_any_size_may_be_given_where_integers_are_stated(tmp_path, dtype):
    path = tmp_path / "stated.py"
    path.write_text(
        "import numpy as np\n\n\n"
        'def f(x: "N", k: "N int"):\n'
        "    y = np.zeros(len(k))\n"
        "    for i in range(len(k)):\n"
        "        y[i] = x[i] * (3 - k[i]) * k[i]\n"
        "    return y.sum() + np.sum(np.where(k > 50, 1, 0) * x)\n",
        encoding="utf-8",
    )
    module = generate(path).load()
    x, k = np.array([1.3, 0.4, 2.0]), np.array([100, 40, 123], dtype=dtype)
    _, cache = module.f_forward(x, k)
    due = [float(3 - n) * float(n) for n in k] + np.where(k > 50, 1, 0)
    np.testing.assert_allclose(module.f_backward(1.0, cache), due)


def test_a_mask_of_small_integers_is_applied_to_what_is_finished(tmp_path):
    path = tmp_path / "masked.py"
    path.write_text(
        "import numpy as np\n\n\n"
        'def f(x: "N", k: "N uint8"):\n'
        "    return np.sum(np.where(k > 1, np.sqrt(x), 0))\n",
        encoding="utf-8",
    )
    module = generate(path).load()
    _, cache = module.f_forward(np.array([0.0, 4.0]), np.array([1, 2], np.uint8))
    with np.errstate(divide="ignore"):
        assert module.f_backward(1.0, cache).tolist() == [0.0, 0.25]


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64])
@pytest.mark.parametrize(
    "body",
    [
        "s = x[0]\n    for n in k:\n        s = s * n + n\n    return s",
        "return (-k * x).sum() + (k - 1).sum() * x[0]",
        "return 2 * (np.where(x > 0.5, x, 0.1) * k).sum() * 100",
    ],
)
@pytest.mark.parametrize("head", ['k: "N int", x: "N"', 'k: "N int", x'])
def test_the_upstream_gradient_may_be_an_integer(tmp_path, head, body, dtype):
    path = tmp_path / "stated.py"
    text = f"import numpy as np\n\n\ndef f({head}):\n    {body}\n"
    path.write_text(text, encoding="utf-8")
    module = generate(path).load()
    k = np.array([100, 40, 123], dtype=dtype)
    _, cache = module.f_forward(k, np.array([1.3, 0.4, 2.0]))
    for number in (1, 2, 3):
        due = module.f_backward(float(number), cache)
        np.testing.assert_allclose(module.f_backward(number, cache), due)


def test_a_mask_that_is_made_one_of_integers_stays_one_of_integers(tmp_path):
    """NumPy subtracts no masks."""
    path = tmp_path / "signs.py"
    path.write_text(
        "import numpy as np\n\n\n"
        'def f(x: "N"):\n'
        "    m = x > 0\n"
        "    return np.sum((m * 1 - (x < 0)) * x) + np.sum((m - 1 * (x < 0)) * x**2)\n",
        encoding="utf-8",
    )
    x = np.array([0.5, -2.0])
    module = generate(path).load()
    value, dx = module.f_value_and_grad(x)
    assert value == 0.5 + 2.0 + 0.25 - 4.0
    assert dx.tolist() == [1.0 + 2 * 0.5, -1.0 + 2 * 2.0]
