"""A program as the frontend hands it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .expr import Expr
from .stmt import Assign, Block, Param, Place
from .types import Number, Type, is_of_any_shape


@dataclass(frozen=True)
class Kept:
    """A method or a function that is written again as it is; `mark` is the decorator
    of a static or class method or of a property."""

    name: str
    params: tuple[Param, ...]
    body: Block
    mark: str = ""


@dataclass(frozen=True)
class Class:
    """The class whose method a function is.

    The parameters that stand for attributes are called as the method calls them,
    `self.W`.

    Attributes:
        name: of the class.
        method: the method that is differentiated.
        own: what it calls its object.
        loss: whether `gradient` is written, and not `backward`.
        constants: what the body of the class binds.
        methods: its other methods.
        functions: the functions of the input that these call.
        beside: classes that are written again as they are, with no method that is
            differentiated: those of objects that it, or one of these, makes.
        made: the call that makes a named tuple.
    """

    name: str
    method: str
    own: str
    loss: bool
    constants: tuple[Assign, ...]
    methods: tuple[Kept, ...]
    functions: tuple[Kept, ...]
    beside: tuple[Class, ...] = ()
    made: Assign | None = None


@dataclass(frozen=True)
class Given:
    """Both passes of a function whose gradient the user wrote.

    Attributes:
        forward: ends by returning the output and what is handed on.
        backward: begins with `recorded`, taken from the cache, where the user has no
            cache; ends by returning the gradients.
        output: what is returned as the value.
        upstream: the parameter that takes the upstream gradient.
        cache: the one that takes what is handed on.
        without: the parameters that there is no gradient for.
    """

    forward: Block
    backward: Block
    output: Expr
    upstream: str
    cache: str
    without: frozenset[str]


@dataclass(frozen=True)
class Function:
    """One function to differentiate.

    Attributes:
        name: its name, which the names in the written module start with.
        shown: what docstrings call it ("staged.py" for a script).
        params: its parameters, or the inputs of a script.
        types: the types of the variables that have one at entry.
        body: statements; the last one is the only `Return`.
        wrt: the parameters whose gradients are wanted.
        place: where it stands.
        owner: the class, where the function is a method.
        results: the types of what it returns, where others call it.
        private: whether it is there for those that call it only.
        given: its passes, where the user wrote its gradient.
        unpacked: variables that stand for what a parameter that is a dict or list holds
            under a key, because that is changed; each with the parameter.
        quiet: the floating-point errors that both passes ignore.
        cached: whether its caller may be given what others are given too.
        narrow: whether integers may be so small that NumPy cuts off their products.
    """

    name: str
    shown: str
    params: tuple[Param, ...]
    types: Mapping[str, Type]
    body: Block
    wrt: tuple[str, ...]
    place: Place
    owner: Class | None = None
    results: tuple[Type, ...] = ()
    private: bool = False
    given: Given | None = None
    unpacked: Mapping[str, str] = field(default_factory=dict)
    quiet: tuple[str, ...] = ()
    cached: bool = False
    narrow: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nobody asks for its gradient, so that it needs no passes."""
        return self.private and self.given is None and not self.wrt


@dataclass(frozen=True)
class Imports:
    """How the input spells what it imports.

    Attributes:
        modules: alias -> module path, for `import math as m`.
        members: name -> full path, for `from math import exp as e`.
    """

    modules: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """Everything of an input that is to be differentiated.

    Attributes:
        functions: in the order of the file, or in the order asked for.
        constants: the module constants that the functions read, in order.
        imports: the names that the input's imports bind.
        spellings: how the input spells the paths that it uses: "math.exp" -> "m.exp".
        left_out: functions that have no gradient of their own, because they take or
            give functions, give nothing, or are generators.
        compiled: whether the user has Numba compile all of the functions.
    """

    functions: tuple[Function, ...]
    constants: tuple[Assign, ...]
    imports: Imports
    spellings: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    compiled: bool = False

    @property
    def unstated(self) -> tuple[str, ...]:
        """The parameters of which nothing states the shape."""
        found = (
            param.name
            for function in self.functions
            for param in function.params
            if not function.private and is_of_any_shape(function.types[param.name])
        )
        return tuple(dict.fromkeys(found))

    @property
    def settings(self) -> tuple[str, ...]:
        """The numbers that classes choose themselves: attributes without a gradient."""
        found = (
            param.name
            for function in self.functions
            for param in function.params
            if function.owner is not None
            and param.name.startswith(f"{function.owner.own}.")
            and param.name not in function.wrt
            and function.types[param.name] == Number()
        )
        return tuple(dict.fromkeys(found))
