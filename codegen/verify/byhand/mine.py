"""The backward passes in a text, and the programs of the source they belong to."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..arrays.names import Names, names_of
from ..arrays.objects import Blueprint
from ..arrays.tree import Tree
from ..arrays.values import Routine
from ..texts.signature import Signature
from .objects import METHODS, combined, with_classes
from .passes import gradients_returned
from .programs import both_parts, forward_part
from .scripts import script_names, script_part, without_inputs
from .sources import is_static, methods_of, takes_object
from .spelling import adjoint_of, base_of, is_backward, is_cache, is_forward, primal_of
from .task import Forward, Mine, Task


@dataclass(frozen=True)
class Both:
    """The source and the text that is judged, with their syntax trees."""

    source: str
    tree: ast.Module
    text: str
    mine: ast.Module

    @property
    def same(self) -> bool:
        """Whether they are one and the same."""
        return self.source == self.text


def tasks_in(
    both: Both, programs: Mapping[str, Forward], wanted: Collection[str] | None
) -> list[Task]:
    """What is to be judged, in the order of the text."""
    found = [
        Task(p.name, p, mine, both.source, both.text, both.same)
        for p, mine in _pairs(both, programs)
        if wanted is None or p.name in wanted
    ]
    return sorted(found, key=lambda task: task.mine.line)


def _pairs(
    both: Both, programs: Mapping[str, Forward]
) -> Iterator[tuple[Forward, Mine]]:
    classes = {n.name: n for n in both.tree.body if isinstance(n, ast.ClassDef)}
    scripts = _scripts(both)
    functions = {
        name: program
        for name, program in programs.items()
        if name not in classes and not _is_script(program)
    }
    others = {n: p for n, p in programs.items() if _is_script(p)}
    plain = functions or others
    nodes = [node for node in both.mine.body if isinstance(node, ast.FunctionDef)]
    forward = [node for node in both.tree.body if _is_program(node, plain)]
    for node, program in _matched(nodes, plain, forward):
        yield program, _function(node, both, program)
    for kind in both.mine.body:
        if isinstance(kind, ast.ClassDef) and kind.name in classes.keys() & programs:
            mine = _class(kind, both, programs[kind.name])
            if mine is not None:
                yield programs[kind.name], mine
    if scripts and (others or len(functions) == 1):
        (program, *_) = (*others.values(), *functions.values())
        yield program, _script(scripts, both, program)


def _is_script(program: Forward) -> bool:
    """Whether a program was made from the statements of a file."""
    return any(given.sample is not None for given in program.inputs)


def _matched(
    nodes: Sequence[ast.FunctionDef],
    programs: Mapping[str, Forward],
    forward: Sequence[ast.stmt],
) -> Iterator[tuple[ast.FunctionDef, Forward]]:
    """The functions that compute gradients of programs: by their names, else by what
    they return; else all others that are called so are of the only program that no
    other one calls, but for helpers. `forward` are the functions of the programs."""
    unnamed: list[ast.FunctionDef] = []
    named: set[str] = set()
    for node in nodes:
        program = _program_for(node, programs)
        if program is not None:
            named.add(program.name)
            yield node, program
        elif is_backward(node.name) and not node.name.startswith("_"):
            unnamed.append(node)
    within = called_in(forward)
    roots = [p for name, p in programs.items() if name not in within]
    if len(roots) == 1 and roots[0].name not in named:
        helpers = called_in(nodes)
        for node in unnamed:
            if node.name not in helpers:
                yield node, roots[0]


def _is_program(node: ast.stmt, programs: Mapping[str, Forward]) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in programs


def called_in(nodes: Sequence[ast.stmt]) -> set[str]:
    """The names of functions that statements call; a definition not itself."""
    return {
        part.func.id
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id != getattr(node, "name", "")
    }


def _program_for(
    node: ast.FunctionDef, programs: Mapping[str, Forward]
) -> Forward | None:
    """The program whose gradients a function computes, as its name says, or what it
    returns."""
    name = node.name
    if name in programs:
        return programs[name] if both_parts(node)[1] else None
    named = adjoint_of(name, programs) or primal_of(name, programs)
    if not is_backward(name) and named is None:
        return _by_gradients(node, programs)
    base = base_of(name)
    takes = any(map(is_cache, Signature.of(node.args).names))
    # of two forward passes, the one that keeps what this one takes
    for program in sorted(programs.values(), key=lambda p: p.keeps is not takes):
        if base and base_of(program.name) in (base, base.strip("_")):
            return program
    if named is not None:
        return programs[named]
    return _by_gradients(node, programs) if not base else None


def _by_gradients(
    node: ast.FunctionDef, programs: Mapping[str, Forward]
) -> Forward | None:
    """The program of whose parameters a function returns gradients, if one alone fits
    best, and the function does nothing but that."""
    fitting = []
    for program in programs.values():
        own = set(Signature.of(node.args).names) & set(program.outputs)
        found = gradients_returned(node, parameters_of(program))
        computes = not is_forward(node.name) or both_parts(node)[1]
        if found and not own and computes:
            fitting.append((len(found), program))
    most = max((count for count, _ in fitting), default=0)
    best = [program for count, program in fitting if count == most]
    return best[0] if len(best) == 1 else None


def parameters_of(program: Forward) -> list[str]:
    """The parameters, and the keys of those that are dicts."""
    found = []
    for given in program.inputs:
        found.append(given.name)
        if isinstance(given.spec, dict):
            found += map(str, given.spec)
    return found


def _names(both: Both, *, script: bool = False) -> Names:
    """What the text sees: its own names, and those of the source that it lacks or
    imports from somewhere."""
    own = with_classes(names_of(both.mine, both.text), both.mine)
    if script:
        own = script_names(both.mine, both.text)
    theirs = with_classes(names_of(both.tree, both.source), both.tree)
    imported = {
        alias.asname or alias.name
        for node in both.mine.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    meanings: dict[str, Any] = dict(theirs.meanings)
    for name, meaning in own.meanings.items():
        base = theirs.meanings.get(name)
        if isinstance(meaning, Blueprint) and isinstance(base, Blueprint):
            meanings[name] = meaning if both.same else combined(meaning, base)
        elif name not in imported or not isinstance(base, (Routine, Blueprint)):
            meanings[name] = meaning
    constants = () if script else (*theirs.constants, *own.constants)
    return replace(own, meanings=meanings, constants=constants)


def _function(node: ast.FunctionDef, both: Both, program: Forward) -> Mine:
    runs_both = bool(node.name in (program.name,)) or _computes(node, program)
    forward = None
    if not both.same and not runs_both:
        base = base_of(program.name)
        every = [n for n in both.mine.body if isinstance(n, ast.FunctionDef)]
        found = [
            n
            for n in every
            if n is not node
            and not is_backward(n.name)
            and (n.name == program.name or _is_pass_of(n.name, base))
        ]
        # the program itself may be there, too, without a cache
        found.sort(key=lambda n: n.name == program.name)
        forward = found[0] if found else None
    return Mine(_names(both), node.lineno, node, forward=forward, both=runs_both)


def _is_pass_of(name: str, base: str) -> bool:
    return is_forward(name) and base_of(name) in ("", base)


def _computes(node: ast.FunctionDef, program: Forward) -> bool:
    """Whether a function computes the output of the program as well."""
    args = {arg.arg for arg in (*node.args.posonlyargs, *node.args.args)}
    if any(map(is_cache, args)):
        return False
    outputs = [name for name in program.outputs if name and name not in args]
    return bool(outputs) and set(outputs) <= set(Tree(tuple(node.body)).stores)


def _class(node: ast.ClassDef, both: Both, program: Forward) -> Mine | None:
    names = _names(both)
    kind = names.meaning(node.name)
    if not isinstance(kind, Blueprint):
        return None
    methods = methods_of(kind.node)
    backward = next((methods[name] for name in METHODS if name in methods), None)
    entry = methods.get(program.entry)
    runs_both = backward is None
    if backward is None and entry is not None and both_parts(entry)[1]:
        backward = entry
    if backward is None:
        return None
    written = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
    is_theirs = both.same or program.entry not in written
    made = kind.methods.get("__init__")
    constructed = tuple(kind.fields)
    if made is not None:
        constructed = Signature.of(made.args).names[1:]
    return Mine(
        names,
        backward.lineno,
        backward,
        None if is_theirs else entry,
        node.name,
        constructed,
        both=runs_both,
        is_static=is_static(backward),
        takes_layer=takes_object(backward),
    )


def _scripts(both: Both) -> list[ast.stmt]:
    """The statements of a script that goes on to a backward pass; none if it does
    not."""
    body = script_part(both.mine)
    _, backward = forward_part(body)
    if backward:
        return body
    # only the backward pass: it starts with what the source ends with
    known = dict.fromkeys(Tree(tuple(script_part(both.tree))).stores)
    stores = Tree(tuple(body)).stores
    _, backward = forward_part(body, known)
    return body if backward or any(primal_of(name, known) for name in stores) else []


def _script(body: list[ast.stmt], both: Both, program: Forward) -> Mine:
    inputs = [given.name for given in program.inputs]
    rest = without_inputs(body, inputs)
    names = _names(both, script=True)
    upstream = next((n for n in rest if _is_upstream(n, program, names)), None)
    return Mine(names, rest[0].lineno, script=tuple(rest), upstream=upstream)


def _is_upstream(node: ast.stmt, program: Forward, names: Names) -> bool:
    """Whether a statement makes up an upstream gradient: `dD = np.random.randn(...)`,
    `df = 1.0`."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            reads = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
            known = {n for n in reads if names.meaning(n) is not None}
            own = reads - known - set(program.outputs)
            return not own and primal_of(name, program.outputs) is not None
    return False
