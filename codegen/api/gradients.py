"""Gradients of functions that the caller holds: `value_and_grad`, `grad`, `vjp`.

At a call, the types of the arguments select a written function. There is one for each
combination of types (a list counts with its length) and of values of the globals and
closure variables that the function reads, because these stand in the written text as
constants. It is generated and verified when first needed.
"""

from __future__ import annotations

import linecache
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from operator import is_
from types import FunctionType, ModuleType
from typing import Any, Generic, ParamSpec

from .. import module as modules, pipeline, stamp
from ..errors import Position, UsageError
from ..frontend.source.live import LiveFunction, inspect_program
from ..frontend.source.live_classes import classes_read
from ..frontend.source.shapes import shape_texts
from ..frontend.source.standalone import places_by_hand, standalone
from ..ir.types import Type
from .apart import Run, apart
from .arguments import Arguments, Types, fast_key, matcher, type_of
from .bound import names_read, target_of
from .files import names
from .restoring import Lent
from .same_arrays import Places, added_up, same_arrays
from .watching import ArrayWatch, DefaultsWatch, Watching, look_up, watch, watch_class

P = ParamSpec("P")
Arrange = Callable[[Any], Any]

# enough to be sure before first use, and fast; level 4 and 5 are `backgen verify`'s
_LEVELS = (1, 2, 3)
_NOT_VERIFIED = "please report it; `verify=False` leaves this check out"
# of one combination of types; a captured value that never repeats must not fill memory
_MOST_VARIANTS = 16
# forms of calls that are tried one by one; with more, a dictionary is the shorter way
_MOST_TRIED = 4


def value_and_grad(
    f: Callable[P, Any],
    wrt: str | Sequence[str] | None = None,
    *,
    verify: bool = True,
) -> Differentiated[P]:
    """A function that returns what `f` returns, and its gradient.

    `value, gradient = value_and_grad(f)(x, y)`: `wrt` is the name of a parameter, for a
    bare gradient, or a sequence of names, for a tuple. Left out, it is every parameter
    that carries a gradient: numbers (not those declared `int` or `bool`, not flags) and
    lists or tuples of numbers; bare for one, a tuple for several. The gradient of a
    list is a list.

    The written module is on `.source`. With `verify`, it is checked against SymPy
    before it is first used.

    Raises, at the call: `BackgenError` where `f` or an argument is refused, or the
    output is not a number (`vjp` can do that).
    """
    return Differentiated(f, wrt, "fused", _value_and_grad, verify)


def grad(
    f: Callable[P, Any],
    wrt: str | Sequence[str] | None = None,
    *,
    verify: bool = True,
) -> Differentiated[P]:
    """As `value_and_grad`, for the gradient alone."""
    return Differentiated(f, wrt, "fused", _grad, verify)


def vjp(
    f: Callable[P, Any],
    wrt: str | Sequence[str] | None = None,
    *,
    verify: bool = True,
) -> Differentiated[P]:
    """A function that returns what `f` returns, and a pullback.

    `y, pullback = vjp(f)(x)`: `pullback(dy)` is the gradient from the upstream gradient
    `dy`, which has the form of `y`. It may be called any number of times. `wrt` and
    `verify` as for `value_and_grad`; `f` may return several numbers.
    """
    return Differentiated(f, wrt, "split", _vjp, verify)


class Differentiated(Generic[P]):
    """A function with its gradient, written anew for each combination of types."""

    def __init__(
        self,
        f: Callable[P, Any],
        wrt: str | Sequence[str] | None,
        style: str,
        finish: Callable[[_Loaded], Run],
        verify: bool,
    ) -> None:
        self._target = target_of(f, names(wrt))
        self._function, self._own = self._target.function, self._target.own
        self._wrt = self._target.arranged
        if self._wrt == ():
            raise UsageError("BG031", "`wrt` names no parameter")
        self._bare = wrt is None or isinstance(wrt, str)
        self._style = style
        self._finish = finish
        self._verify = verify
        self._arguments = Arguments(self._function, self._wrt)
        self._variants: dict[tuple[Types, Places], list[_Variant]] = {}
        self._forms: dict[tuple[object, ...], _Form] = {}
        # all forms, or the last one; replaced as a whole, as other threads read it
        self._tried: tuple[_Form, ...] = ()
        self._last: _Variant | None = None
        update_wrapper(self, f)

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        if self._own:
            return self._read_and_run((*self._own, *args), kwargs)
        if not kwargs:
            for form in self._tried:
                if form.matches(args):
                    variants = form.variants
                    break
            else:
                variants = self._seen_before(args)
            for variant in variants:
                if variant.holds():
                    self._last = variant
                    return variant.run(*args)
        return self._read_and_run(args, kwargs)

    @property
    def source(self) -> str:
        """The module that the last call used.

        Raises `UsageError` BG030 before the first call: the types are not known yet.
        """
        if self._last is None:
            raise UsageError(
                "BG030",
                f"nothing is written for `{self._function.__name__}` yet",
                hint="call it first: what is written depends on the arguments",
            )
        return self._last.source

    def _seen_before(self, args: tuple[Any, ...]) -> list[_Variant]:
        """The variants for arguments of this form, if there are any."""
        form = self._forms.get(fast_key(args))
        if form is None:
            return []
        self._tried = (form,)  # it is looked for here only if there are many
        return form.variants

    def _remember(self, args: tuple[Any, ...], variants: list[_Variant]) -> None:
        key = fast_key(args)
        if key == fast_key(args) and key not in self._forms:
            # the very list, so that later variants are found there too
            form = self._forms[key] = _Form(matcher(args), variants)
            few = len(self._forms) <= _MOST_TRIED
            self._tried = (form, *self._tried) if few else (form,)

    def _read_and_run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        types, positional, keyword = self._arguments.read(args, kwargs)
        values = self._arguments.by_name(positional, keyword)
        places = same_arrays(values)
        variants = self._variants.setdefault((types, places), [])
        variant = next((known for known in variants if known.holds()), None)
        if variant is None:
            variant = self._write(types, values, places)
            variants.append(variant)
            if len(variants) > _MOST_VARIANTS:
                variants.pop(0).forget()
        as_given = len(positional) == len(args) and all(map(is_, positional, args))
        if as_given and not keyword and not self._arguments.settled:
            self._remember(args, variants)
        self._last = variant
        if as_given and not keyword:
            return variant.run(*positional, **keyword)
        passed = self._arguments.by_name(args, kwargs)
        lent = Lent((value, values.get(name)) for name, value in passed.items())
        try:
            return variant.run(*positional, **keyword)
        finally:
            lent.give_back()

    def _write(
        self, types: Types, values: Mapping[str, Any], places: Places
    ) -> _Variant:
        live = inspect_program(self._function)
        known = dict(types)
        for name, outer in live.outer.items():
            known[name] = type_of(outer.value)
        options = pipeline.Options(wrt=self._wrt, style=self._style)
        written = pipeline.from_function(self._function, known, options, values)
        text = written.text(stamp.UNCHECKED)
        if self._verify:
            text = self._verified(written, live, known, values)
        entry, *_ = written.entries  # others are functions that it calls
        loaded = modules.load(text, f"{entry.base}_backward")
        looks = {n: look_up(one.readers[0], one.name) for n, one in live.outer.items()}
        arrange = self._arrange(entry.wrt)
        if places:
            arrange = added_up(entry.wrt, places, arrange)
        place = _place_of(self._function)
        run = self._finish(_Loaded(loaded, entry.base, arrange, looks, place))
        if entry.writes:
            run = apart(run, place)
        space, inner = self._function.__globals__, self._function.__code__.co_freevars
        named = live.captured.items()
        imported = [
            (space, name, value)
            for name, value in named
            if isinstance(value, ModuleType) and name not in inner
        ]
        elsewhere = {name for _, name, _ in imported}
        watched: list[Watching] = [
            watch(self._function, *one) for one in named if one[0] not in elsewhere
        ]
        for called, found in live.called:
            watched += [watch(called, name, value) for name, value in found.items()]
            by_name = repr(called.__kwdefaults__)
            watched.append(DefaultsWatch(called, called.__defaults__, by_name))
        watched += [watch(*one) for one in names_read(values.values())]
        read = [*values.values(), *live.captured.values()]
        watched += [watch_class(cls) for cls in classes_read(read)]
        for name, outer in live.outer.items():
            watched.append(ArrayWatch(looks[name], type_of(outer.value)))
        filename = str(loaded.__file__)
        return _Variant(run, text, filename, tuple(watched), tuple(imported))

    def _verified(
        self,
        written: pipeline.Written,
        live: LiveFunction,
        types: Mapping[str, Type],
        values: Mapping[str, Any],
    ) -> str:
        checked = modules.check(
            written,
            standalone(live, types, values, written.entries[0].objects),
            written.module.filename,
            _LEVELS,
            _NOT_VERIFIED,
            shape_texts(types),
            places_by_hand(live),
        )
        if checked.report is not None and not checked.report.verified:
            message = f"`{self._function.__name__}`: {checked.report.summary()}"
            warnings.warn(message, stacklevel=5)
        return checked.source

    def _arrange(self, order: tuple[str, ...]) -> Arrange | None:
        """From the order and form of the written function to those asked for."""
        return self._target.arrange(order, bare=self._bare)


@dataclass(frozen=True)
class _Loaded:
    """A written module with one program, and how to arrange its gradients.

    `arrays` look up the arrays that the function reads from outside; `place` is where
    the function is defined.
    """

    module: ModuleType
    base: str
    arrange: Arrange | None
    arrays: Mapping[str, Callable[[], Any]]
    place: Position

    def function(self, name: str) -> Run:
        found = getattr(self.module, f"{self.base}_{name}", None) or _no_scalar(self)
        if not self.arrays or name == "backward":
            return found
        looks = self.arrays

        def run(*args: Any, **kwargs: Any) -> Any:
            outer = {name: look() for name, look in looks.items()}
            return found(*args, **kwargs, **outer)

        return run


def _place_of(function: FunctionType) -> Position:
    code = function.__code__
    return Position(code.co_filename, code.co_firstlineno, 1, code.co_firstlineno, 4)


def _no_scalar(loaded: _Loaded) -> Run:
    raise UsageError(
        "BG031",
        f"the output of `{loaded.base}` is not a number",
        position=loaded.place,
        hint="`backgen.vjp` takes an upstream gradient for any output",
    )


def _value_and_grad(loaded: _Loaded) -> Run:
    inner, arrange = loaded.function("value_and_grad"), loaded.arrange
    if arrange is None:
        return inner

    def run(*args: Any, **kwargs: Any) -> Any:
        value, gradient = inner(*args, **kwargs)
        return value, arrange(gradient)

    return run


def _grad(loaded: _Loaded) -> Run:
    inner, arrange = loaded.function("value_and_grad"), loaded.arrange

    def run(*args: Any, **kwargs: Any) -> Any:
        gradient = inner(*args, **kwargs)[1]
        return gradient if arrange is None else arrange(gradient)

    return run


def _vjp(loaded: _Loaded) -> Run:
    forward, backward = loaded.function("forward"), loaded.function("backward")
    arrange = loaded.arrange

    def run(*args: Any, **kwargs: Any) -> Any:
        value, cache = forward(*args, **kwargs)

        def pullback(upstream: Any) -> Any:
            gradient = backward(upstream, cache)
            return gradient if arrange is None else arrange(gradient)

        return value, pullback

    return run


@dataclass(frozen=True)
class _Variant:
    """A written function, for the captured values that it was written with.

    `modules` are those of them that are modules, with the namespace they stand in.
    """

    run: Run
    source: str
    filename: str
    watched: tuple[Watching, ...]
    modules: tuple[tuple[dict[str, Any], str, ModuleType], ...]

    def holds(self) -> bool:
        """Whether all captured names still have the values that stand in the text."""
        for namespace, name, value in self.modules:
            if namespace.get(name) is not value:
                return False
        for watched in self.watched:  # noqa: SIM110 (it is in the way of every call)
            if not watched.holds():
                return False
        return True

    def forget(self) -> None:
        """Free what would stay after the function itself is gone."""
        linecache.cache.pop(self.filename, None)


@dataclass(frozen=True)
class _Form:
    """What tells whether arguments are of one form, and the variants for them."""

    matches: Callable[[tuple[Any, ...]], bool]
    variants: list[_Variant]
