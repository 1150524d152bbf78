"""Statements of the input, one by one."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

from ...ir.expr import Call, Compare, Const, Expr, Mapping, Ref, Sequence, Var
from ...ir.literals import canonical_literal
from ...ir.stmt import Assert, Assign, Break, If, Perform, Raise
from ...ir.types import is_list
from ...rules.lists import is_place
from ...text.decorators import ERRSTATE, silenced
from ..source.scope import Global, Other, bound_names
from ..syntax.added import Added, at, name as named, stored
from .appends import (
    augment_list,
    lower_append,
    lower_pop,
    replace_items,
    start_from_items,
    start_list,
)
from .body import Body, Bound
from .flow import lower_if, lower_while
from .keyed import start_table
from .loops import lower_for
from .outputs import finish
from .rows import swap_items
from .taken_apart import taken_apart
from .targets import bind, refuse_target
from .writes import (
    assign_elements,
    augment_element,
    augment_name,
    has_elements,
)
from .writing_calls import perform_write, write_out

# Says with what random numbers begin.
SEED = "numpy.random.seed"
# Says how numbers look where they are printed.
_LOOKS = "numpy.set_printoptions"

_NOT_YET = "not supported yet"
_REFUSED: dict[type[ast.stmt], tuple[str, str | None]] = {
    ast.FunctionDef: (f"functions inside of functions are {_NOT_YET}", None),
    ast.ClassDef: (f"classes are {_NOT_YET}", None),
    ast.AsyncFunctionDef: ("`async` is not supported", None),
    ast.AsyncFor: ("`async` is not supported", None),
    ast.AsyncWith: ("`async` is not supported", None),
    ast.Try: ("`try` is not supported", None),
    ast.Nonlocal: ("writing to outer names is not supported", "pass the value in"),
}


class Statements(Body):
    """Lowers statements of every kind."""

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
            case ast.AugAssign(target=target):
                self._augment(node, target)
            case ast.If():
                lower_if(self, node)
            case ast.For():
                lower_for(self, node)
            case ast.While():
                lower_while(self, node)
            case ast.Break():
                self._break()
            case ast.Raise():
                self._raise(node)
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
            case ast.Delete(targets=targets):
                self._delete(node, targets)
            case ast.Return(value=value):
                self._return(node, value)
            case ast.Global(names=names):
                if not low.local.isdisjoint(names):
                    message = "writing to global names is not supported"
                    low.refuse("BG010", message, node, "pass the value in")
            case _:
                message, hint = _REFUSED.get(
                    type(node), ("this statement is not supported", None)
                )
                low.refuse("BG010", message, node, hint)

    # -- stages

    def _assign(self, node: ast.stmt, targets: list[ast.expr], value: ast.expr) -> None:
        if len(targets) == 1:
            value = taken_apart(self.lowering, targets[0], value)
        if swap_items(self, node, targets, value):
            return
        if len(targets) == 1 and replace_items(self, node, targets[0], value):
            return
        if any(map(has_elements, targets)):
            assign_elements(self, node, targets, value)
            return
        if isinstance(value, ast.Call) and any(k.arg == "out" for k in value.keywords):
            written = write_out(self, node, value)
            self.lower(at(node, Added(targets, written)))
            return
        if len(targets) == 1 and start_list(self, node, targets[0], value):
            return
        if len(targets) == 1 and start_from_items(self, node, targets[0], value):
            return
        if len(targets) == 1 and start_table(self, node, targets[0], value):
            return
        if len(targets) == 1 and lower_pop(self, node, value, targets[0]):
            return
        if _is_zipped(value) and isinstance(targets[0], ast.Name):
            self.lowering.wanted.ask(targets[0].id)
        lowered, kind = self.lowering.lower(value)
        unpacked = not isinstance(targets[0], ast.Name)
        if unpacked and is_list(kind) and _is_nameless(lowered):
            # the gradients of its items are put together under a name
            word = self.names.fresh("items", node)
            self.lower(at(node, Added([stored(word, node)], value)))
            value = named(word, node)
            lowered, kind = self.lowering.lower(value)
        self._check_stored(value, lowered)
        self._note_flag(targets, value)
        stage = self.stage(node)
        bound: list[Bound] = []
        shown = tuple(bind(self, one, lowered, kind, bound) for one in targets)
        self.hold(bound, len(targets) == 1)
        self.add(Assign(shown, lowered, stage=stage))

    def _note_flag(self, targets: list[ast.expr], value: ast.expr) -> None:
        """Remember what a name stands for that is bound once, to a test that types
        decide."""
        match targets, self.lowering.settled(value):
            case [ast.Name(id=name)], ast.Constant(value=bool(decided)) if (
                self.bindings[name] == 1
            ):
                self.lowering.flags[name] = decided

    def _check_stored(self, node: ast.expr, value: Expr) -> None:
        """A display may be stored only if it is a flat one of numbers, or if it is
        taken apart at once."""
        if isinstance(value, Mapping):
            self.lowering.refuse("BG015", f"dicts as values are {_NOT_YET}", node)

    def _augment(self, node: ast.AugAssign, target: ast.expr) -> None:
        match target:
            case ast.Name() if augment_list(self, node, target):
                pass
            case ast.Name():
                augment_name(self, node, target)
            case ast.Subscript():
                augment_element(self, node, target)
            case _:
                refuse_target(self.lowering, target)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        low = self.lowering
        for name in imported_names([node]):
            if name in low.types or name in low.local:
                message = f"`{name}` is a variable already"
                hint = "import it under another name"
                low.refuse("BG010", message, node, hint)
        low.scope.bind_import(node)

    def _delete(self, node: ast.stmt, targets: list[ast.expr]) -> None:
        """What is deleted cannot be read from here on."""
        low = self.lowering
        for target in targets:
            if (taken := _taken_off(target)) and lower_pop(self, node, taken):
                continue
            if not isinstance(target, ast.Name) or target.id in self.params:
                hint = "make a new list or dict without it"
                low.refuse("BG010", "this `del` is not supported", node, hint)
            low.lower(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            del low.types[target.id]

    # -- the end of a way

    def _break(self) -> None:
        state = self.state()
        assert state is not None
        self.exits[-1].append(state)
        self.add(Break())
        self.alive = False

    def _raise(self, node: ast.Raise) -> None:
        low = self.lowering
        if node.cause is not None:
            low.refuse("BG010", "`raise ... from` is not supported", node.cause)
        if node.exc is None:
            low.refuse("BG010", "there is nothing to raise here", node)
        self.forbid_walrus(node)
        self.add(Raise(self._error(node.exc), low.file.comment(node)))
        self.alive = False

    def _error(self, node: ast.expr) -> Expr:
        """`ValueError(f"...")`: an exception of Python's own."""
        low = self.lowering
        name, args = node, []
        if isinstance(node, ast.Call) and not node.keywords:
            name, args = node.func, node.args
        if not isinstance(name, ast.Name) or not _is_exception(name.id):
            message = "only exceptions of Python's own can be raised"
            low.refuse("BG010", message, node, 'write `raise ValueError("...")`')
        if name.id in low.local or low.scope.look(name.id) is not None:
            low.refuse("BG013", f"`{name.id}` stands for something else here", name)
        made = Ref(f"builtins.{name.id}")
        if name is node:
            return made
        return Call(made, tuple(low.lower(arg)[0] for arg in args))

    # -- kept statements

    def _perform(self, node: ast.stmt, call: ast.Call) -> None:
        low = self.lowering
        self.forbid_walrus(node)
        if perform_write(self, node, call) or lower_append(self, node, call):
            return
        if lower_pop(self, node, call):
            return
        if low.path_of(call.func) == ERRSTATE:
            self.quiet.update(silenced(call) or ())
            low.spellings.setdefault(ERRSTATE, ast.unparse(call.func))
            return
        if self._only_says(call.func):
            return
        path = low.path_of(call.func) or ""
        if path not in (SEED, "builtins.print"):
            low.lower(call)  # names the cause, if there is a better one
            message = "the result of this call is not used"
            low.refuse("BG010", message, node)
        args = tuple(low.lower(arg)[0] for arg in call.args)
        keywords: list[tuple[str, Expr]] = []
        for keyword in call.keywords:
            if keyword.arg not in ("sep", "end", "flush", "seed"):
                word = ast.unparse(call.func)
                low.refuse("BG014", f"this option of `{word}` is not supported", call)
            keywords.append((keyword.arg, low.lower(keyword.value)[0]))
        kept = Call(Ref(path), args, tuple(keywords))
        self.add(Perform(kept, low.file.comment(node)))

    def begins_draws(self, node: ast.stmt) -> bool:
        """Whether a statement only says with what random numbers begin."""
        match node:
            case ast.Expr(value=ast.Call(func=func)):
                return self.lowering.path_of(func) == SEED
            case _:
                return False

    def _only_says(self, func: ast.expr) -> bool:
        """Whether this is a call for a log, for warnings or for how numbers look, which
        are left out."""
        low = self.lowering
        path = low.path_of(func) or ""
        if path.startswith(("logging.", "warnings.")) or path == _LOOKS:
            return True
        match func:
            case ast.Attribute(value=ast.Name(id=word)) if word not in low.local:
                found = low.scope.look(word)
            case _:
                return False
        match found:
            case Global(value=ast.Call(func=made)):
                return low.path_of(made) == "logging.getLogger"
            case Other(what=what):
                return what == "a Logger"
            case _:
                return False

    def _assert(self, node: ast.stmt, test: ast.expr, message: ast.expr | None) -> None:
        low = self.lowering
        self.forbid_walrus(node)
        condition = low.lower(test)[0]
        text = low.lower(message)[0] if message else None
        self.add(Assert(condition, text, low.file.comment(node)))

    def _return(self, node: ast.Return, value: ast.expr | None) -> None:
        if value is None:
            self.lowering.refuse("BG003", "nothing is returned", node)
        finish(self, node, value)


def refused_unless_none(name: str) -> If:
    """`if mask is not None: raise TypeError(...)`: what is written is for None."""
    given = Compare(("is not",), (Var(name), Const("None")))
    text = Const(canonical_literal(f"written for {name}=None", ""))
    return If(given, (Raise(Call(Ref("builtins.TypeError"), (text,)), ""),), ())


def _taken_off(target: ast.expr) -> ast.Call | None:
    """`xs.pop(0)` for `del xs[0]`; None for what is no item of something."""
    match target:
        case ast.Subscript(value=ast.Name() as base, slice=index) if not isinstance(
            index, ast.Slice
        ):
            method = at(target, ast.Attribute(base, "pop", ast.Load()))
            return at(target, ast.Call(method, [index], []))
        case _:
            return None


def _is_zipped(value: ast.expr) -> bool:
    """Whether this is `list(zip(...))`."""
    match value:
        case ast.Call(args=[ast.Call(func=ast.Name(id="zip"))]):
            return True
        case _:
            return False


def _is_nameless(value: Expr) -> bool:
    """Whether a list is made on the way and not written out, `xs[1:]`, `xs + ys`."""
    return not isinstance(value, Sequence) and not is_place(value)


def _is_exception(name: str) -> bool:
    value = getattr(builtins, name, None)
    return isinstance(value, type) and issubclass(value, Exception)


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
