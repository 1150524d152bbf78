"""Statements of the input: a straight line of stages, everything else refused."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..ir.expr import Binary, Call, Expr, Mapping, Ref, Sequence, Var
from ..ir.memory import memory_of
from ..ir.stmt import Assert, Assign, Block, Perform, Return, Stage, Stmt
from ..ir.types import Array, Items, Number, Tree, Type, Unknown, nowhere
from ..ir.walk import strip
from ..rules.kinds import Kinds
from ..rules.rule import OPERATORS
from .expressions import Lowering
from .scope import bound_names

_NOT_YET = "not supported yet"
_REFUSED: dict[type[ast.stmt], tuple[str, str | None]] = {
    ast.If: (f"`if` statements are {_NOT_YET}", "write `a if c else b`"),
    ast.For: (f"loops are {_NOT_YET}", "write the trips out"),
    ast.While: (f"loops are {_NOT_YET}", None),
    ast.Match: (f"`match` is {_NOT_YET}", "write `a if c else b`"),
    ast.FunctionDef: (f"functions inside of functions are {_NOT_YET}", None),
    ast.ClassDef: (f"classes are {_NOT_YET}", None),
    ast.AsyncFunctionDef: ("`async` is not supported", None),
    ast.AsyncFor: ("`async` is not supported", None),
    ast.AsyncWith: ("`async` is not supported", None),
    ast.With: ("`with` is not supported", None),
    ast.Try: ("`try` is not supported", None),
    ast.Raise: (f"`raise` is {_NOT_YET}", "write `assert`"),
    ast.Global: ("writing to global names is not supported", "pass the value in"),
    ast.Nonlocal: ("writing to outer names is not supported", "pass the value in"),
    ast.Delete: ("`del` is not supported", None),
}


@dataclass
class Body:
    """Lowers a straight line of statements; collects the block as it goes."""

    lowering: Lowering
    statements: list[Stmt] = field(default_factory=list)
    stages: int = 0
    owned: set[str] = field(default_factory=set)

    def run(self, nodes: Iterable[ast.stmt]) -> None:
        """Lower the statements up to the first `return`."""
        for node in nodes:
            self.lower(node)
            if isinstance(node, ast.Return):
                break

    @property
    def returned(self) -> bool:
        """Whether the last statement is a `return`."""
        return bool(self.statements) and isinstance(self.statements[-1], Return)

    @property
    def block(self) -> Block:
        return tuple(self.statements)

    def lower(self, node: ast.stmt) -> None:
        """Lower one statement.

        Raises:
            Refused: BG010 and others, at the node that cannot be differentiated.
        """
        low = self.lowering
        match node:
            case ast.Assign(targets=targets, value=value):
                self._assign(node, targets, value)
            case ast.AnnAssign(value=None) | ast.Pass():
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(node, [target], value)
            case ast.AugAssign(target=target, op=op, value=value):
                self._augment(node, target, op, value)
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr(value=ast.NamedExpr(target=target, value=value)):
                self._assign(node, [target], value)
            case ast.Expr(value=ast.Call() as call):
                self._perform(node, call)
            case ast.Expr():
                low.refuse("BG010", "this expression does nothing", node)
            case ast.Assert(test=test, msg=text):
                self._assert(node, test, text)
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.Return(value=value):
                self._return(node, value)
            case _:
                message, hint = _REFUSED.get(
                    type(node), ("this statement is not supported", None)
                )
                low.refuse("BG010", message, node, hint)

    # -- stages

    def stage(self, node: ast.stmt) -> Stage:
        """The next stage number, for the statement `node`."""
        self.stages += 1
        file = self.lowering.file
        return Stage(self.stages, file.comment(node), file.place(node))

    def _assign(self, node: ast.stmt, targets: list[ast.expr], value: ast.expr) -> None:
        lowered, kind = self.lowering.lower(value)
        self._check_stored(value, lowered, kind)
        stage = self.stage(node)
        shown = tuple(self._bind(target, lowered, kind) for target in targets)
        if not isinstance(kind, Number):
            self._own(targets, lowered)
        self.statements.append(Assign(shown, lowered, stage=stage))

    def _own(self, targets: list[ast.expr], value: Expr) -> None:
        """Keep track of which arrays nothing but one name holds."""
        shared = set(memory_of(value))
        self.owned -= shared
        names = [t.id for t in targets if isinstance(t, ast.Name)]
        self.owned.difference_update(names)
        if len(targets) == 1 and not shared:
            self.owned.update(names)

    def _check_stored(self, node: ast.expr, value: Expr, kind: Type) -> None:
        """A display may be stored only if it is a flat one of numbers, or if it is
        taken apart at once."""
        if isinstance(value, Mapping):
            self.lowering.refuse("BG015", f"dicts as values are {_NOT_YET}", node)

    def _bind(self, target: ast.expr, value: Expr | None, kind: Type) -> Expr:
        """Bind a target to a value of that type; `value` where it is a display."""
        low = self.lowering
        match target:
            case ast.Name(id=name):
                if isinstance(value, Sequence) and not isinstance(kind, Items):
                    low.refuse("BG015", f"nested lists are {_NOT_YET}", target)
                low.types[name] = kind
                return Var(name)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    if isinstance(item, ast.Starred):
                        message = "`*` in an unpacking is not supported"
                        low.refuse("BG010", message, item, "name every element")
                parts = self._parts(target, len(items), value, kind)
                bound = [
                    self._bind(item, part, part_kind)
                    for item, (part, part_kind) in zip(items, parts, strict=True)
                ]
                return Sequence("tuple", tuple(bound))
            case ast.Subscript():
                message = f"writing to elements is {_NOT_YET}"
                low.refuse("BG010", message, target, "use a name per element")
            case _:
                low.refuse("BG010", "this target is not supported", target)

    def _parts(
        self, target: ast.expr, count: int, value: Expr | None, kind: Type
    ) -> list[tuple[Expr | None, Type]]:
        low = self.lowering
        have: int | None = None
        if isinstance(value, Sequence):
            have = len(value.items)
        elif isinstance(kind, Items):
            have = kind.length
        elif isinstance(kind, Tree) and kind.kind != "dict" and not kind.open:
            have = len(kind.items)
        elif isinstance(kind, Array) and kind.shape != ():
            have = None if isinstance(kind.shape, Unknown) else kind.shape[0].value
        else:
            low.refuse("BG015", "only a list or tuple can be unpacked", target)
        if have is not None and have != count:
            low.refuse("BG014", f"{have} items for {count} names", target)
        if isinstance(value, Sequence):
            return [(item, self._type_of(item)) for item in value.items]
        if isinstance(kind, Tree):
            return [(None, kind.items[i]) for i in range(count)]
        if isinstance(kind, Array):
            rest = kind.shape if isinstance(kind.shape, Unknown) else kind.shape[1:]
            row = nowhere() if isinstance(rest, Unknown) else rest
            return [(None, Array(row, kind.kind))] * count
        if isinstance(kind, Items) and kind.values is not None:
            return [(None, Number("int", value=dim)) for dim in kind.values]
        if isinstance(value, Var) and isinstance(kind, Items):
            low.types[value.name] = Items(kind.kind, count)
        return [(None, Number())] * count

    def _type_of(self, item: Expr) -> Type:
        """The type of an element of a display that is taken apart."""
        return Kinds(self.lowering.types).of(strip(item))

    def _augment(
        self, node: ast.stmt, target: ast.expr, op: ast.operator, value: ast.expr
    ) -> None:
        low = self.lowering
        if not isinstance(target, ast.Name):
            self._bind(target, None, Number())
            low.refuse("BG010", "this target is not supported", target)
        if isinstance(low.types.get(target.id), Array):
            self._check_in_place(node, target.id, OPERATORS[type(op)])
        read = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        whole = ast.copy_location(ast.BinOp(read, op, value), node)
        lowered, kind = low.lower(whole)
        low.types[target.id] = kind
        assert isinstance(lowered, Binary)
        self.statements.append(
            Assign((Var(target.id),), lowered, OPERATORS[type(op)], self.stage(node))
        )

    def _check_in_place(self, node: ast.stmt, name: str, op: str) -> None:
        """Refuse to change an array that another name, or the caller, may hold too."""
        if name not in self.owned:
            message = f"this changes an array in place that not only `{name}` may hold"
            hint = f"write `{name} = {name} {op} ...`, which makes a new one"
            self.lowering.refuse("BG010", message, node, hint)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        low = self.lowering
        for name in imported_names([node]):
            if name in low.types or name in low.local:
                message = f"`{name}` is a variable already"
                hint = "import it under another name"
                low.refuse("BG010", message, node, hint)
        low.scope.bind_import(node)

    # -- kept statements

    def _forbid_walrus(self, node: ast.stmt | ast.expr) -> None:
        for inner in ast.walk(node) if self.lowering.file.has_walrus else ():
            if isinstance(inner, ast.NamedExpr):
                message = "`:=` is not supported here"
                hint = "bind the name in a statement of its own"
                self.lowering.refuse("BG010", message, inner, hint)

    def _perform(self, node: ast.stmt, call: ast.Call) -> None:
        low = self.lowering
        self._forbid_walrus(node)
        if low.path_of(call.func) != "builtins.print":
            low.lower(call)  # names the cause, if there is a better one
            message = "the result of this call is not used"
            low.refuse("BG010", message, node)
        args = tuple(low.lower(arg)[0] for arg in call.args)
        keywords: list[tuple[str, Expr]] = []
        for keyword in call.keywords:
            if keyword.arg not in ("sep", "end", "flush"):
                low.refuse("BG014", "this option of `print` is not supported", call)
            keywords.append((keyword.arg, low.lower(keyword.value)[0]))
        kept = Call(Ref("builtins.print"), args, tuple(keywords))
        self.statements.append(Perform(kept, low.file.comment(node)))

    def _assert(self, node: ast.stmt, test: ast.expr, message: ast.expr | None) -> None:
        low = self.lowering
        self._forbid_walrus(node)
        condition = low.lower(test)[0]
        text = low.lower(message)[0] if message else None
        self.statements.append(Assert(condition, text, low.file.comment(node)))

    # -- the output

    def _return(self, node: ast.Return, value: ast.expr | None) -> None:
        if value is None:
            self.lowering.refuse("BG003", "nothing is returned", node)
        self.finish(node, value)

    def finish(self, node: ast.stmt, value: ast.expr) -> None:
        """Return `value`; what is not a name yet becomes a stage with a name."""
        self.statements.append(Return(self._output(node, value)))

    def _output(self, node: ast.stmt, value: ast.expr, wish: str = "out") -> Expr:
        low = self.lowering
        match value:
            case ast.Tuple(elts=items) | ast.List(elts=items) if items:
                name = "list" if isinstance(value, ast.List) else "tuple"
                self._check_display(value)
                parts = [
                    self._output(node, item, f"{wish}_{i}")
                    for i, item in enumerate(items, 1)
                ]
                return Sequence(name, tuple(parts))
            case ast.Dict(keys=keys, values=values) if keys:
                names = [self._key(value, key) for key in keys]
                self._check_display(value)
                return Mapping(
                    tuple(names),
                    tuple(
                        self._output(node, n, _named_after(key))
                        for key, n in zip(keys, values, strict=True)
                    ),
                )
            case ast.Name() if value.id in low.types:
                lowered, kind = low.lower(value)
                if isinstance(kind, Tree):
                    message = "a dict or list of arrays cannot be an output yet"
                    low.refuse("BG015", message, value, "return its arrays one by one")
                if isinstance(kind, Items) and kind.length is None:
                    message = "a list of unknown length cannot be an output"
                    low.refuse("BG015", message, value)
                return lowered
            case _:
                lowered, kind = low.lower(value)
                if not isinstance(kind, Number | Array):
                    message = "an output has to be a number or an array"
                    low.refuse("BG015", message, value)
                name = self._fresh(wish)
                low.types[name] = kind
                place = low.file.place(value)
                self.stages += 1
                stage = Stage(self.stages, low.file.comment(node), place)
                self.statements.append(Assign((Var(name),), lowered, stage=stage))
                return Var(name)

    def _check_display(self, node: ast.Tuple | ast.List | ast.Dict) -> None:
        """Refuse what would make the items of an output depend on their order: a name
        that is bound among them, or two equal keys."""
        self._forbid_walrus(node)
        if isinstance(node, ast.Dict):
            keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
            if len(set(keys)) < len(keys):
                self.lowering.refuse("BG011", "two keys are equal", node)

    def _key(self, node: ast.expr, key: ast.expr | None) -> Expr:
        if not isinstance(key, ast.Constant) or not isinstance(key.value, (str, int)):
            message = "only constant keys are supported in an output"
            self.lowering.refuse("BG011", message, key or node)
        return self.lowering.lower(key)[0]

    def _fresh(self, name: str) -> str:
        low = self.lowering
        taken = {*low.types, *low.local, *low.scope.bindings}
        number = 0
        while (fresh := f"{name}_{number}" if number else name) in taken:
            number += 1
        return fresh


def _named_after(key: ast.expr | None) -> str:
    """The name of an output that stands in a dict: `out_loss` for `"loss"`."""
    text = key.value if isinstance(key, ast.Constant) else None
    return f"out_{text}" if isinstance(text, str) and text.isidentifier() else "out"


def imported_names(nodes: Iterable[ast.stmt]) -> Iterator[str]:
    """Names that import statements among the statements bind."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from bound_names(node)


def assigned(nodes: Iterable[ast.stmt], walrus: bool) -> Iterator[str]:
    """Names that the statements bind by assignment.

    Args:
        walrus: whether `:=` occurs in the file, so that values have to be searched.
    """
    for node in nodes:
        parts: list[ast.AST] = [node]
        if isinstance(node, ast.Assign) and not walrus:
            parts = [*node.targets]
        for part in parts:
            if isinstance(part, ast.Name):
                yield part.id
                continue
            for inner in ast.walk(part):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id
