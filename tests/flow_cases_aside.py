"""What is said, caught and cleaned up beside a computation."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

ASIDE = (
    case(
        "logs on the way",
        """
        import logging

        logger = logging.getLogger(__name__)


        def f(x: float):
            y = x ** 2
            logger.debug("y = %s", y)
            logging.info("hello %s", y)
            return y * x
        """,
        x=2.0,
    ),
    case(
        "logs in branches",
        """
        import logging

        logger = logging.getLogger(__name__)


        def f(x: float, verbose=False):
            s = x
            for i in range(3):
                s = math.sin(s) * x
                if verbose:
                    logger.info(f"{i}: {s}")
                if s > 0.9:
                    logger.warning("large")
            return s
        """,
        x=2.0,
    ),
    case(
        "a warning",
        """
        import warnings


        def f(x: float):
            y = x ** 2
            if y > 3:
                warnings.warn("big")
            return y * x
        """,
        x=2.0,
    ),
    case(
        "a warning of a kind",
        """
        import warnings


        def f(x: float):
            y = x ** 2
            if y > 3:
                warnings.warn(f"big {y}", RuntimeWarning, stacklevel=2)
            return y * x
        """,
        x=2.0,
    ),
    case(
        "warnings that are caught",
        """
        import warnings


        def f(x: float):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                y = x * 2
            return y ** 2
        """,
        x=2.0,
    ),
    case(
        "a context that does nothing",
        """
        import contextlib


        def f(x: "N"):
            with contextlib.nullcontext():
                y = x ** 2
            return np.sum(y)
        """,
        x=X[:3],
    ),
    case(
        "a context for prints",
        """
        def f(x: "N"):
            with np.printoptions(precision=3):
                print(x)
            return np.sum(x ** 2)
        """,
        x=X[:3],
    ),
    case(
        "try around a solver, and raise",
        """
        def f(A: "N, N", b: "N"):
            try:
                x = np.linalg.solve(A, b)
            except np.linalg.LinAlgError as error:
                raise ValueError("singular") from error
            return np.sum(x ** 2)
        """,
        A=2 * np.eye(3) + 0.1 * M[:3, :3],
        b=X[:3],
    ),
    case(
        "try and finally",
        """
        def f(x: float):
            y = x
            try:
                y = x ** 2
            finally:
                y = y * 3
            return y
        """,
        x=2.0,
    ),
    case(
        "try in a function that is called",
        """
        import logging

        logger = logging.getLogger(__name__)


        def ratio(a, b):
            try:
                return a / b
            except ZeroDivisionError:
                logger.error("no")
                raise
        def f(x: float, y: float):
            return ratio(x, y) * x
        """,
        x=2.0,
        y=1.5,
    ),
    case(
        "try and else in a loop",
        """
        def f(x: float):
            for i in range(3):
                try:
                    y = math.log(x)
                except ValueError:
                    raise RuntimeError("bad")
                else:
                    x = x + y
            return x
        """,
        x=2.0,
    ),
    case(
        "try that goes on",
        """
        def f(x: float):
            try:
                y = math.log(x)
            except ValueError:
                y = 0.0
            return y
        """,
        "refused:BG010",
        x=2.0,
    ),
    case(
        "finally behind a return",
        """
        def f(x: float):
            try:
                return x ** 2
            finally:
                x = 3.0
        """,
        "refused:BG010",
        x=2.0,
    ),
)
