"""Composite gates: expressions that are differentiated as one operation.

The first pattern is the definition; the others are further ways in which people write
the same function. Patterns match up to the order of sums and products, the spelling
of numbers (1 and 1.0) and of signs (-x and -1 * x). A gate spread over several stages
is not joined: the user staged it so.
"""

from __future__ import annotations

from .rule import Gate, gate

GATES: tuple[Gate, ...] = (
    gate(
        "sigmoid",
        "1 / (1 + exp(-x))",
        "exp(x) / (1 + exp(x))",
        "(1 + exp(-x)) ** -1",
        x="(1 - out) * out",
    ),
    # the same curve mirrored, where the exponent does not start with a minus
    gate(
        "sigmoid",
        "1 / (1 + exp(x))",
        "(1 + exp(x)) ** -1",
        x="-(1 - out) * out",
    ),
    # exp(x - out) is exp(x) / (1 + exp(x)) without overflow
    gate(
        "softplus",
        "log(1 + exp(x))",
        "log1p(exp(x))",
        # smooth at 0, where its parts are not
        "max(x, 0) + log1p(exp(-abs(x)))",
        "max(0, x) + log1p(exp(-abs(x)))",
        x="exp(x - out)",
    ),
    gate(
        "tanh",
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        "(exp(2 * x) - 1) / (exp(2 * x) + 1)",
        "(1 - exp(-2 * x)) / (1 + exp(-2 * x))",
        "2 / (1 + exp(-2 * x)) - 1",
        x="1 - out**2",
    ),
    # without the square of a number that may be huge already
    gate(
        "logistic",
        "y / (1 + exp(x))",
        y="1 / (1 + exp(x))",
        x="-out * exp(x) / (1 + exp(x))",
    ),
    gate("logit", "log(x / (1 - x))", x="1 / (x * (1 - x))"),
    gate("log_abs", "log(abs(x))", x="1 / x"),
    gate("square", "abs(x) ** 2", x="2 * x"),
    gate("reciprocal", "1 / x", "x ** -1", x="-(out**2)", named_only=True),
)
