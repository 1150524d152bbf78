"""Methods of objects as functions whose first argument is the object."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import signature
from types import FunctionType, MethodType
from typing import Any

from ..errors import UsageError
from ..frontend.source.live import captured_by, python_of
from ..frontend.source.live_classes import classes_held, methods_in
from ..frontend.source.scope import is_own_class


@dataclass(frozen=True)
class Target:
    """What is differentiated.

    Attributes:
        function: the function.
        own: the object, if it is a method.
        wrt: the parameters; None: all that carry a gradient.
        attributes: for those asked for by the name of an attribute, that name.
    """

    function: FunctionType
    own: tuple[object, ...]
    wrt: tuple[str, ...] | None
    attributes: tuple[str, ...]

    @property
    def arranged(self) -> tuple[str, ...] | None:
        """The parameters, each once."""
        return None if self.wrt is None else tuple(dict.fromkeys(self.wrt))

    def arrange(
        self, order: tuple[str, ...], *, bare: bool
    ) -> Callable[[Any], Any] | None:
        """From the order and form of the written function to those asked for; None
        where they are the same.

        Args:
            bare: whether one gradient is wanted as such, or all in their order.
        """
        wrt = self.wrt
        if any(self.attributes):
            assert wrt is not None
            wanted = [*zip(map(order.index, wrt), self.attributes, strict=True)]

            def picked(found: Any) -> Any:
                gradients = found if len(order) > 1 else (found,)
                parts = [gradients[i][a] if a else gradients[i] for i, a in wanted]
                return parts[0] if bare else tuple(parts)

            return picked
        if bare or (wrt == order and len(order) > 1):
            return None
        assert wrt is not None
        indices = [order.index(name) for name in wrt]
        if len(order) == 1:
            return lambda gradient: (gradient,) * len(indices)
        return lambda gradients: tuple([gradients[i] for i in indices])


def target_of(f: Callable[..., Any], wrt: tuple[str, ...] | None) -> Target:
    """The function that a function, method or callable object stands for.

    Args:
        wrt: parameters, or attributes of the object of a method.
    Raises:
        UsageError: BG030 for anything else.
    """
    own: tuple[object, ...] = ()
    found = python_of(f)
    if is_own_class(type(found)):
        found = getattr(f, "__call__", None)  # noqa: B004 (the method is wanted)
    if isinstance(found, MethodType):
        own = (found.__self__,)
        found = found.__func__
    if not isinstance(found, FunctionType):
        kind = type(f).__name__
        raise UsageError(
            "BG030",
            f"a function written in Python is needed, not a {kind}",
            hint="wrap it: `def g(x): return ...`",
        )
    params = [*signature(found).parameters]
    if wrt is None or not own:
        return Target(found, own, wrt, ("",) * len(wrt or ()))
    first = params[0]
    names = [name.removeprefix(f"{first}.") for name in wrt]
    asked = [(n, "") if n in params else (first, n) for n in names]
    return Target(found, own, tuple(p for p, _ in asked), tuple(a for _, a in asked))


def names_read(values: Iterable[object]) -> list[tuple[FunctionType, str, object]]:
    """What the methods of objects among some values read from outside: each with the
    name and its value."""
    classes = dict.fromkeys(cls for value in values for cls in classes_held(value))
    methods = (m for cls in classes for m in methods_in(cls))
    return [(m, n, v) for m in methods for n, v in captured_by(m).items()]
