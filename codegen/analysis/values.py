"""One name per value.

A name that is overwritten stands for several values in turn. `number_values` gives
every value a name of its own: the first keeps the user's name, the next are `x@1`,
`x@2`, which no Python name can be. `names.py` decides at the end which of them may
share a printed name.

    x = 2 * x            x@1 = 2 * x
    y = x + (x := 3)     y = x@1 + (x@2 := 3)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..ir.expr import Expr, Index, Item, Sequence, Var, Walrus
from ..ir.literals import identifier
from ..ir.program import Function
from ..ir.stmt import Assert, Assign, Block, Perform, Return, Stmt
from ..ir.walk import children, names_in, walruses_in, with_children
from .recording import values_bound

_MARK = "@"
_ADJOINT = "d:"


def value_name(name: str, count: int) -> str:
    """The internal name of the value number `count` of a variable."""
    return f"{name}{_MARK}{count}" if count else name


def user_name(value: str) -> str:
    """The variable that a value belongs to."""
    return value.partition(_MARK)[0]


def bare(name: str) -> str:
    """A name without the object whose attribute it is: `W` for `self.W`, `layer_W` for
    `self.layer.W`, `layers_0_W` for `self.layers[0].W`; any other name itself."""
    _, dot, attribute = name.partition(".")
    if not dot:
        return name
    return identifier(attribute)


def adjoint_name(value: str) -> str:
    """The internal name of the adjoint of a value."""
    return f"{_ADJOINT}{value}"


def item_name(item: Var | Item) -> str:
    """The internal name of an array in a parameter: `params["W1"]`."""
    if isinstance(item, Var):
        return item.name
    return item.root.name + "".join(f"[{key.text}]" for key in item.keys)


def value_of_adjoint(name: str) -> str:
    """The value that an adjoint belongs to."""
    return name.removeprefix(_ADJOINT)


def number_values(function: Function) -> Function:
    """The same function with every value named apart."""
    bound = [name for statement in function.body for name in values_bound(statement)]
    bound += [param.name for param in function.params]
    if len(set(bound)) == len(bound):
        return function
    numbering = Numbering({p.name: 0 for p in function.params})
    return replace(function, body=numbering.block(function.body))


class Numbering:
    """Walks the statements in order; `count` numbers each name's last value."""

    def __init__(self, count: Mapping[str, int]) -> None:
        self.count = dict(count)

    def block(self, block: Block) -> Block:
        return tuple(self.statement(statement) for statement in block)

    def statement(self, statement: Stmt) -> Stmt:
        match statement:
            case Assign(targets=targets, value=value):
                read = self.read(value)
                bound = tuple(self.bind(target) for target in targets)
                return replace(statement, targets=bound, value=read)
            case Assert(test=test, message=message):
                checked = self.read(test)
                text = self.read(message) if message else None
                return replace(statement, test=checked, message=text)
            case Perform(call=call):
                return replace(statement, call=self.read(call))
            case Return(value):
                return Return(self.read(value))
            case _:
                raise AssertionError(statement)

    def current(self, name: str) -> str:
        """The present value of a variable."""
        return value_name(name, self.count[name])

    def bind(self, target: Expr) -> Expr:
        match target:
            case Var(name):
                self.count[name] = self.count.get(name, -1) + 1
                return Var(value_name(name, self.count[name]))
            case Sequence(kind, items):
                return Sequence(kind, tuple(self.bind(item) for item in items))
            case Index():
                return self.read(target)
            case _:
                raise AssertionError(target)

    def read(self, root: Expr) -> Expr:
        """Rename the variables of an expression in order of evaluation."""
        if not walruses_in(root) and all(self.current(n) == n for n in names_in(root)):
            return root
        out: list[Expr] = []
        stack: list[tuple[Expr, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            match node:
                case Var(name):
                    out.append(Var(self.current(name)))
                case Walrus(target, value) if not ready:
                    stack += [(node, True), (value, False)]
                case Walrus(target, _):
                    out.append(Walrus(self._rebind(target), out.pop()))
                case _ if ready:
                    count = len(children(node))
                    new = out[len(out) - count :]
                    del out[len(out) - count :]
                    out.append(with_children(node, new))
                case _ if operands := children(node):
                    stack.append((node, True))
                    stack.extend((child, False) for child in reversed(operands))
                case _:
                    out.append(node)
        return out[0]

    def _rebind(self, target: Var) -> Var:
        bound = self.bind(target)
        assert isinstance(bound, Var)
        return bound
