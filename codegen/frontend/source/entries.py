"""Which classes of a file have something to differentiate by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from .classes import ENTRIES, own_attributes, own_name
from .inheriting import classes_of, methods_of

Methods = Mapping[str, ast.FunctionDef]


def has_entry(tree: ast.Module, node: ast.ClassDef) -> bool:
    """Whether a class of a file has a method to differentiate, and all methods that
    this one calls."""
    methods = methods_of(tree, node)
    if methods.keys().isdisjoint(ENTRIES):
        return False
    there = {*methods, *_bound(node, methods)}
    return all(name in there for name in _called(methods))


def takes_objects(tree: ast.Module, node: ast.ClassDef) -> bool:
    """Whether what a class calls is known only where its objects are made: something
    that its constructor is given, and of which no annotation says what it is.

    class Residual:
        def __init__(self, inner):
            self.inner = inner

        def forward(self, x):
            return x + self.inner.forward(x)
    """
    methods, known = methods_of(tree, node), classes_of(tree.body)
    held = {*_held(methods.get("__init__"))}
    theirs = {n for c in known.values() for n in methods_of(tree, c)}
    reached = [methods[name] for name in _reached(methods)]
    return any(_calls_held(method, held, theirs) for method in reached)


def _reached(methods: Methods) -> list[str]:
    """The methods to differentiate, and those that they call."""
    found = [name for name in ENTRIES if name in methods]
    for name in found:
        called = (a for a in own_attributes(methods[name]) if a in methods)
        found += [a for a in dict.fromkeys(called) if a not in found]
    return found


def _called(methods: Methods) -> Iterator[str]:
    """The attributes of the object that these call."""
    for name in _reached(methods):
        own = own_name(methods[name])
        for inner in ast.walk(methods[name]):
            match inner:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=word), attr=attribute)
                ) if word == own:
                    yield attribute


def _bound(node: ast.ClassDef, methods: Methods) -> Iterator[str]:
    """What a class and its methods bind."""
    for inner in ast.walk(ast.Module([*node.body, *methods.values()], [])):
        match inner:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name


def _held(init: ast.FunctionDef | None) -> Iterator[str]:
    """The attributes that are what a constructor is given, without an annotation, or a
    list of it."""
    if init is None:
        return
    every = [*init.args.posonlyargs, *init.args.args, *init.args.kwonlyargs]
    every += [init.args.vararg] if init.args.vararg else []
    given = {a.arg for a in every if a.annotation is None}
    for inner in ast.walk(init):
        match inner:
            case ast.Assign(
                targets=[ast.Attribute(attr=name)],
                value=ast.Name(id=word)
                | ast.Call(
                    func=ast.Name(id="list" | "tuple"), args=[ast.Name(id=word)]
                ),
            ) if word in given:
                yield name


def _calls_held(
    method: ast.FunctionDef, held: Iterable[str], theirs: Iterable[str]
) -> bool:
    """Whether a method calls one of these attributes, an item of one, or a method of
    theirs."""
    own = own_name(method)
    items: set[str] = set()

    def is_held(node: ast.expr) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=word), attr=name) if word == own:
                return name in held
            case ast.Subscript(value=base):
                return is_held(base)
            case ast.Name(id=name):
                return name in items
            case _:
                return False

    nodes = [*ast.walk(method)]
    for node in nodes:
        match node:
            case (
                ast.For(target=target, iter=source)
                | ast.comprehension(target=target, iter=source)
            ) if any(isinstance(n, ast.expr) and is_held(n) for n in ast.walk(source)):
                items |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=base, attr=name)) if is_held(base):
                if name in theirs:
                    return True
            case ast.Call(func=func) if is_held(func):
                return True
    return False
