"""Which functions of a source are imperative: more than stages one after the other."""

from __future__ import annotations

import ast

from ...text.items import taken_whole
from ..texts.effects import says_only
from ..texts.kinds import uses_arrays

_HIDING = frozenset("divmod filter map partial reduce sorted".split())
_COMPOUND = (ast.If, ast.For, ast.While, ast.Match, ast.FunctionDef, ast.Delete)


def is_imperative(tree: ast.Module, text: str) -> bool:
    """Whether a function of a source, or the source as a script, is imperative."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    called = _called(tree, text)
    bodies = [node.body for node in functions] or [tree.body]
    if any(map(_takes_object, functions)):
        return True
    return any(_is_imperative(body, called) or _hides(body, text) for body in bodies)


def is_imperative_function(tree: ast.Module, text: str, name: str) -> bool:
    """The same for one function; a script is one by any name."""
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    if functions and name not in functions:
        return False
    arrays = uses_arrays(tree)
    if functions and (
        _takes_object(functions[name]) or _goes_over_list(functions[name], arrays)
    ):
        return True
    body = functions[name].body if functions else tree.body
    if not arrays and _hides(body, text):
        # without arrays there is nothing else that follows it
        return True
    if any(
        isinstance(part, ast.comprehension | ast.Lambda | ast.NamedExpr)
        or (isinstance(part, ast.Starred) and isinstance(part.ctx, ast.Store))
        for node in body
        for part in ast.walk(node)
    ):
        # which are written out: in loops, trip by trip, in statements before
        return True
    return _is_imperative(body, _called(tree, text))


def _hides(body: list[ast.stmt], text: str) -> bool:
    """Whether an expression repeats, is a function, gives several values, or makes a
    dict."""
    if any(
        isinstance(part, ast.Call) and _is_of_functions(part.func)
        for node in body
        for part in ast.walk(node)
    ):
        return True
    if any(
        isinstance(node, ast.Assign | ast.AnnAssign) and _makes_dict(node.value)
        for node in body
    ):
        return True
    kinds = (ast.comprehension, ast.Lambda)
    return (" for " in text or "lambda" in text) and any(
        isinstance(part, kinds) for node in body for part in ast.walk(node)
    )


def _makes_dict(value: ast.expr | None) -> bool:
    """Whether an expression makes a dict: `{"a": x}`, `dict(a=x)`."""
    match value:
        case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
            return True
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return any(map(_makes_dict, items))
        case _:
            return False


def _takes_object(node: ast.FunctionDef) -> bool:
    """Whether a parameter is an object; see `class_objects.Annotations`."""
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return any(_is_object(argument.annotation) for argument in every)


def _is_object(node: ast.expr | None) -> bool:
    match node:
        case ast.Dict(keys=[ast.Constant(value="class"), *_]):
            return True
        case _:
            return False


def _goes_over_list(node: ast.FunctionDef, arrays: bool) -> bool:
    """Whether a list that is given is used as a whole: its length is the caller's.

    Args:
        arrays: whether what nothing is said of may be an array.
    """
    lists = {
        argument.arg
        for argument in node.args.args
        if (_is_list(note) if (note := argument.annotation) else not arrays)
    }
    return any(
        isinstance(item, ast.Name) and item.id in lists
        for part in (ast.walk(node) if lists else ())
        if isinstance(part, ast.Call)
        for called in [ast.unparse(part.func).rpartition(".")[2]]
        for item in taken_whole(called, part.args)
        if called != "len"
    )


def _is_list(annotation: ast.expr) -> bool:
    match annotation:
        case ast.Subscript(value=ast.Name(id="list" | "List" | "Sequence"), slice=of):
            return not isinstance(of, ast.Tuple)
        case _:
            return False


def _makes_object(node: ast.stmt) -> bool:
    """Whether a statement makes the object of a method; see `class_objects`."""
    return isinstance(node, ast.Assign) and _is_object(node.value)


def _is_of_functions(function: ast.expr) -> bool:
    """Whether what is called is chosen when it runs, takes functions, or gives several
    values."""
    match function:
        case ast.Subscript() | ast.Call() | ast.IfExp():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _HIDING
        case _:
            return False


def is_written_out(tree: ast.Module) -> bool:
    """Whether a forward pass in a written module repeats, branches, or adds to a list,
    as where a comprehension or a list of arrays of the source is written out."""
    kinds = (ast.For, ast.While, ast.If)
    return any(
        isinstance(statement, kinds) or _appends(statement)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_forward")
        for statement in node.body
    )


def _appends(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"))):
            return True
        case _:
            return False


def _called(tree: ast.Module, text: str) -> frozenset[str]:
    """The functions of a file that may be called in it; methods are called in many
    ways."""
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = [n for n in names if "." in n or text.count(f"{n}(") > 1]
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    found += [name for name in classes if f"{name}(" in text or f"{name}." in text]
    bound = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if bound:
        # those that a call or another name gives
        calls = (n.func for n in ast.walk(tree) if isinstance(n, ast.Call))
        bound &= {func.id for func in calls if isinstance(func, ast.Name)}
    return frozenset([*found, *bound])


def _is_imperative(body: list[ast.stmt], functions: frozenset[str]) -> bool:
    """Whether statements branch, repeat, write into something, or call a function of
    the file."""
    early = any(isinstance(node, ast.Return) for node in body[:-1])
    return (
        early
        or _makes_object(body[0])
        or _calls_variable(body)
        or any(
            isinstance(node, _COMPOUND) or _writes(node) or _calls(node, functions)
            for node in body
        )
    )


def _calls_variable(body: list[ast.stmt]) -> bool:
    """Whether something is called by a name that is bound here: `act = ACT["relu"]`."""
    bound = {
        target.id
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return any(
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id in bound
        for node in (body if bound else ())
        for part in ast.walk(node)
    )


def _writes(node: ast.stmt) -> bool:
    """Whether a statement assigns to elements, or is a call for its effect."""
    match node:
        case ast.Assign(targets=targets):
            return any(map(_has_elements, targets))
        case ast.AugAssign(target=target):
            return isinstance(target, ast.Subscript)
        case ast.Expr(value=ast.Call() as call):
            return not says_only(call)
    return False


def _has_elements(target: ast.expr) -> bool:
    return any(isinstance(node, ast.Subscript) for node in ast.walk(target))


def _calls(node: ast.stmt, functions: frozenset[str]) -> bool:
    return bool(functions) and any(
        isinstance(part, ast.Name) and part.id in functions for part in ast.walk(node)
    )
