"""What stands outside of a function: the written module must not have another value."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest
from array_oracles import differences, load
from backgen.pipeline import Options, from_text

HEAD = "import functools\n\nimport numpy as np\n\n"
F = "def f(x: '4', y: '4'):\n    return np.sum(x * W * y)\n"
W = "W = np.array([1.0, 2.0, 3.0, 4.0])\n"
ACC = """
class Acc:
    {}
    def __init__(self, kept{}):
        self.kept = kept

    def forward(self, x{}):
        {}
        return x * self.kept[0]

"""
TWO_OBJECTS = """
def f(a: float, b: float):
    first = Acc({0})
    second = Acc({0})
    return first.forward(a) * second.forward(b)
"""
RATED = """
class Rated:
    k = 2.0

    @classmethod
    def change(cls):
        {}

    def forward(self, x):
        return self.k * x


def change():
    {}


def f(x: float):
    return Rated().forward(x)
"""
ONE_OUTSIDE = """
W = np.array([1.0, 2.0, 3.0, 4.0])


class Layer:
    def __init__(self, W):
        self.W = W

    def forward(self, x):
        return x * self.W

    def update(self, step):
        {}


layer = Layer(W)
{}


def f(x: '4', y: '4'):
    return np.sum(layer.forward(x) * y)
"""

# Each with the code of the refusal, and a word of it.
CHANGED = {
    "an element": (W + "W[1] = 5.0\n" + F, "BG013", "`W`"),
    "elements in a loop": (
        W + "for i in range(4):\n    W[i] = i\n" + F,
        "BG013",
        "`W`",
    ),
    "in a function": (
        W + "def g():\n    W[0] = 2.0\n\n\ng()\n" + F,
        "BG013",
        "line 7",
    ),
    "by another name": (W + "v = W\nv[1] = 5.0\n" + F, "BG013", "`W`"),
    "by another name in a function": (
        W + "def g():\n    w = W[1:]\n    w *= 2\n\n\ng()\n" + F,
        "BG013",
        "`W`",
    ),
    "by what is called": (
        W + "def g(v):\n    v[0] = 2.0\n\n\ng(W)\n" + F,
        "BG013",
        "`W`",
    ),
    "by a method": (W + "W.fill(3.0)\n" + F, "BG013", "`W`"),
    "by `out`": (W + "np.multiply(W, 2.0, out=W)\n" + F, "BG013", "`W`"),
    "by a function of NumPy": (W + "np.fill_diagonal(W, 2.0)\n" + F, "BG013", "`W`"),
    "in a loop over rows": (
        "W = np.ones((3, 4))\nfor row in W:\n    row[0] = 2.0\n" + F,
        "BG013",
        "`W`",
    ),
    "what it was made of": ("V = np.ones(4)\nW = V\nV[0] = 2.0\n" + F, "BG013", "`V`"),
    "a number, by `global`": (
        "W = 2.0\n\n\ndef g():\n    global W\n    W = 3.0\n\n\n" + F,
        "BG013",
        "`W`",
    ),
    "drawn again": ("np.random.seed(0)\nW = np.random.randn(4)\n" + F, "BG013", "draw"),
    "written to by the function itself": (
        W + "def f(x: '4', a: float):\n    w = W[1:]\n    w[0] = a\n    return W @ x\n",
        "BG013",
        "`W`",
    ),
    "a definition that another one replaces": (
        "def g(t):\n    return t * 2\n\n\nh = g\n\n\n"
        "def g(t):\n    return h(t) * t\n\n\n"
        "def f(x: '4'):\n    return np.sum(g(x))\n",
        "BG012",
        "`h`",
    ),
    "a default that is a list": (
        "def g(t, kept=[]):\n    kept.append(t)\n    return sum(kept)\n\n\n"
        "def f(a: float, b: float):\n    return g(a) * g(b)\n",
        "BG010",
        "default of `kept`",
    ),
    "a default that is an array": (
        "def g(t, kept=np.zeros(2)):\n    kept[0] += t\n    return kept[0] * t\n\n\n"
        "def f(a: float, b: float):\n    return g(a) * g(b)\n",
        "BG010",
        "default of `kept`",
    ),
    "a default that is handed on": (
        "def g(t, kept=[0.5]):\n    return kept\n\n\n"
        "def f(a: float, b: float):\n    u = g(a)\n    u[0] = a * b\n"
        "    return g(b)[0] * a\n",
        "BG010",
        "default of `kept`",
    ),
    "the default of a constructor": (
        ACC.format("", "=[]", "", "self.kept.append(x)") + TWO_OBJECTS.format(""),
        "BG010",
        "default of `kept`",
    ),
    "the default of a method": (
        ACC.format("", "", ", h=[0.0]", "h[0] += x") + TWO_OBJECTS.format("[1.0]"),
        "BG010",
        "default of `h`",
    ),
    "what a class binds": (
        "class Acc:\n    kept = [1.0]\n\n    def forward(self, x):\n"
        "        self.kept[0] *= x\n        return x * self.kept[0]\n\n"
        + TWO_OBJECTS.format(""),
        "BG010",
        "`Acc.kept` is one for all objects",
    ),
    "an attribute of an object": (
        ONE_OUTSIDE.format("self.W = self.W - step", "layer.W[0] = 7.0"),
        "BG010",
        "`W` of this object",
    ),
    "an attribute that a method changes": (
        ONE_OUTSIDE.format("self.W -= step", ""),
        "BG010",
        "`W` of this object",
    ),
    "an attribute that is made": (
        ONE_OUTSIDE.replace("Layer(W)", "Layer(np.ones(4))").format(
            "return step", "layer.W[0] = 7.0"
        ),
        "BG010",
        "`W` of this object",
    ),
    "by the text of a call": (
        "K = 2.0\nexec('K = 3.0')\n\n\ndef f(x: float):\n    return K * x\n",
        "BG013",
        "the file uses `exec`",
    ),
    "by the names of the file": (
        "K = 2.0\nglobals()['K'] = 3.0\n\n\ndef f(x: float):\n    return K * x\n",
        "BG013",
        "the file uses `globals`",
    ),
    "an attribute of a class": (
        RATED.format("pass", "Rated.k = 7.0"),
        "BG010",
        "the attribute `k` of a class",
    ),
    "an attribute of a class, by its method": (
        RATED.format("cls.k = 7.0", "Rated.change()"),
        "BG010",
        "the attribute `k` of a class",
    ),
    "a method of a class": (
        RATED.format("pass", "Rated.forward = lambda self, x: x"),
        "BG010",
        "the attribute `forward` of a class",
    ),
    "an object that says whether it is true": (
        "class Never:\n    def __bool__(self):\n        return False\n\n\n"
        "def f(x: float):\n    never = Never()\n    return x if never else x**2\n",
        "BG012",
        "which object this is",
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_may_have_changed_is_refused(name: str) -> None:
    text, code, word = CHANGED[name]
    with pytest.raises(backgen.BackgenError, match=word) as caught:
        from_text(HEAD + text, "f.py", Options(functions=("f",)))
    assert caught.value.code == code
    assert caught.value.lineno is not None


READ = {
    "in many ways": W
    + """
def g(w, t):
    return w @ t


def f(x: '4', y: '4'):
    v = W[1:]
    s = 0.0
    for t in W:
        s += t
    square = np.reshape(W, (2, 2)) @ np.ones((2, 2))
    return g(W, x) * np.dot(W, y) + np.sum(W.T * x) + W[0] * s + v @ v + square[0, 1]


if __name__ == "__main__":
    print(f(W, W), W.sum(), f"{W}", W[W > 1], len(W))
""",
    "where another function has the name": W
    + "def g(W):\n    W[0] = 1\n    return W\n\n\n"
    + F,
    "a definition again": "def g(t):\n    return t * 2\n\n\n"
    "def g(t):\n    return t * 3\n\n\n"
    "def f(x: '4', y: '4'):\n    return np.sum(g(x) * y)\n",
    "a default that is only read": "def g(t, w=np.array([2.0, 3.0]), k=[1.0, 2.0]):\n"
    "    return t * np.sum(w * w) + t * w[0] + t**2 * k[1]\n\n\n"
    "def f(x: '4', y: '4'):\n    return np.sum(g(x) * g(y))\n",
    "a default of a function inside": "def f(x: '4', y: '4'):\n"
    "    def g(t, kept=[1.0]):\n        kept.append(t)\n        return t * len(kept)\n"
    "    return np.sum(g(x) * g(y))\n",
    "an object of an array": ONE_OUTSIDE.format("return step * 2", ""),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_only_read(name: str) -> None:
    text = HEAD + READ[name]
    x, y = np.array([0.5, -1.2, 0.8, 0.3]), np.array([1.1, 0.4, -0.7, 0.9])
    module: dict[str, object] = {}
    written = from_text(text, "f.py", Options(functions=("f",))).text("")
    exec(written, module)
    value, cache = module["f_forward"](x, y)  # type: ignore[operator]
    assert value == load(text)(x, y)
    found = module["f_backward"](1.0, cache)  # type: ignore[operator]
    due = differences(load(text), {"x": x, "y": y}, ("x", "y"), 1.0).gradients
    assert np.allclose(found[0], due["x"])
    assert np.allclose(found[1], due["y"])


def test_the_verifier_has_one_default_for_all_calls(tmp_path: Path) -> None:
    source = tmp_path / "counted.py"
    source.write_text(
        "def g(t, kept=[]):\n    kept.append(t)\n    return sum(kept)\n\n\n"
        "def f(a: float, b: float):\n    return g(a) * g(b)\n"
    )
    mine = tmp_path / "mine.py"
    mine.write_text(
        "def f_backward(dout, a, b):\n    return {}, a * dout\n".format(
            "(2 * a + b) * dout"
        )
    )
    ok = backgen.verify(source, functions=("f",), backward=mine)
    assert ok.ok, ok.summary()
    mine.write_text("def f_backward(dout, a, b):\n    return b * dout, a * dout\n")
    wrong = backgen.verify(source, functions=("f",), backward=mine)
    assert not wrong.ok


BY_A_FILE = {
    "a global of the module": "def set_k(v):\n    global K\n    K = v\n",
    "an attribute of the module": "",
}


@pytest.mark.parametrize("name", BY_A_FILE)
def test_what_changes_in_a_module_beside_is_refused(tmp_path: Path, name: str) -> None:
    beside = "K = 4.0\n\n\ndef g(x):\n    return K * x\n\n\n" + BY_A_FILE[name]
    (tmp_path / "beside_me.py").write_text(beside)
    if "set_k" in beside:
        head = "from beside_me import g, set_k\n\nset_k(9.0)\n"
    else:
        head = "import beside_me\nfrom beside_me import g\n\n\ndef change():\n"
        head += "    beside_me.K = 9.0\n\n\nchange()\n"
    source = tmp_path / "f.py"
    source.write_text(head + "\n\ndef f(x: float):\n    return g(x)\n")
    with pytest.raises(backgen.BackgenError, match="`K` cannot be used") as caught:
        from_text(source.read_text(), str(source), Options(functions=("f",)))
    assert caught.value.code == "BG013"
    # nor does the verifier take `K` for what it was
    mine = tmp_path / "mine.py"
    mine.write_text("def f_backward(dout, x):\n    return 4.0 * dout\n")
    assert not backgen.verify(source, functions=("f",), backward=mine).verified


def test_the_verifier_sees_what_a_class_method_binds(tmp_path: Path) -> None:
    source, mine = tmp_path / "f.py", tmp_path / "mine.py"
    source.write_text(RATED.format("cls.k = 7.0", "pass") + "\n\nRated.change()\n")
    mine.write_text("def f_backward(dout, x):\n    return 2.0 * dout\n")
    assert not backgen.verify(source, functions=("f",), backward=mine).verified
