"""Programs that take too much time or memory are given up, with the reason."""

from __future__ import annotations

import time

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify

# name: parameter, body, what is said of it
PROGRAMS = {
    "a loop of 10^6 trips in a loop": (
        "s = 0.0\nfor i in range(1000):\n    for j in range(1000):\n        s = s + x",
        "s",
        "more than 2,000,000 steps",
    ),
    "a while that does not end": (
        "s = x\nwhile s != 0.1234567:\n    s = s * 1.0000001",
        "s",
        "more than 2,000,000 steps",
    ),
    "nothing, often": (
        "for i in range(10**12):\n    pass",
        "x * x",
        "more than 2,000,000 steps",
    ),
    "a large integer": (
        "n = 3\nfor i in range(300):\n    n = n * n",
        "x * n",
        "an integer is too large",
    ),
    "a large power": ("n = 10 ** 10 ** 8", "x * n", "an integer is too large"),
    "a long list": ("a = [x] * 10**10", "a[0] * x", "10,000,000,000 items is too long"),
    "a large array": (
        "z = np.zeros((10**6, 10**6))",
        "x * z[0, 0] + x",
        "1,000,000,000,000 elements is too large",
    ),
    "a large range": ("z = np.arange(10**10)", "x * z[3]", "is too large"),
    "a large product": (
        "z = np.ones(10**5)",
        "x * np.sum(z * z[:, None])",
        "is too large",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_takes_too_much_is_given_up(name: str) -> None:
    body, output, reason = PROGRAMS[name]
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    imports = "import numpy as np\n\n\n" if "np." in body else ""
    source = f"{imports}def f(x):\n{lines}\n    return {output}\n"
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    start = time.process_time()
    report = verify(source, "f.py", module)
    assert time.process_time() - start < 60
    assert not report.verified
    assert report.ok
    assert reason in report.summary(), report.summary()
    assert report.summary().startswith("unverified: ")
