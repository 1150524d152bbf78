"""Backward pass of nested_output.py, written by backgen 0.1.0. Do not edit; run `backgen nested_output.py` again.

Source: sha256:3a03830baa3314cc
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""


def nested_forward(a, b, name="run"):
    """Run nested; return {"name": name, "sum": total, "parts": [a, (out_parts_2_1, b)], "two": out_two} and the values that its backward pass needs."""
    total = a + b  # (1)
    out_parts_2_1 = a * b  # (2)
    out_two = 2  # (3)
    return {
        "name": name,
        "sum": total,
        "parts": [a, (out_parts_2_1, b)],
        "two": out_two,
    }, (a, b)


def nested_backward(dout, cache):
    """Return the gradients (da, db) from the upstream gradient dout."""
    a, b = cache
    dtotal = dout["sum"]
    da = dout["parts"][0]
    dout_parts_2_1 = dout["parts"][1][0]
    db = dout["parts"][1][1]
    # (2) out_parts_2_1 = a * b
    da += b * dout_parts_2_1
    db += a * dout_parts_2_1
    # (1) total = a + b
    da += dtotal
    db += dtotal
    return da, db
