"""What the names of a text mean that are not variables.

A name counts as known only where one plain statement binds it. Whatever else can bind
or change it (a second binding, one that depends on a condition, a decorator, an
assignment to an attribute) makes it doubtful, and a text that reads a doubtful name is
not followed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .bindings import Bindings, needs_care

# `print` may be called where nothing comes of it
BUILTINS = frozenset(
    "abs min max sum pow float int round len bool range tuple list print".split()
)
MATH_CONSTANTS = frozenset({"pi", "e", "tau", "inf", "nan"})
MATH_FUNCTIONS = frozenset(
    "exp exp2 expm1 log log1p log2 log10 sqrt cbrt pow hypot sin cos tan asin acos "
    "atan atan2 sinh cosh tanh asinh acosh atanh erf erfc gamma lgamma fabs copysign "
    "fsum prod dist degrees radians fmod remainder ldexp floor ceil trunc isclose "
    "isnan isfinite isinf".split()
)


class Unsupported(Exception):
    """The text holds something that the verifier cannot follow."""

    def __init__(self, message: str, node: ast.AST | None = None) -> None:
        super().__init__(message)
        self.line: int | None = getattr(node, "lineno", None)


@dataclass(frozen=True)
class Scope:
    """What the names of a module mean that are not variables.

    `modules` are names of the math module, `imported` the names of what it holds,
    `functions` those that the module defines; `known` are helpers among these, and the
    elementary functions that they are. `doubtful` names may mean anything; `hidden`
    ones are variables. `careful` belongs to the text (see `needs_care`).
    """

    modules: frozenset[str] = frozenset()
    imported: Mapping[str, str] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    builtins: frozenset[str] = BUILTINS
    known: Mapping[str, str] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    opaque: str = ""
    careful: bool = True

    @staticmethod
    def of(tree: ast.Module, text: str) -> Scope:
        """The scope that the statements of a module make."""
        careful = needs_care(text)
        bindings = Bindings(tree.body, careful=careful)
        bound = frozenset(bindings.count) | bindings.touched
        once = {n for n in bindings.plain if bindings.count[n] == 1}
        known = once - bindings.touched
        scope = Scope(
            functions=frozenset(
                node.name
                for node in tree.body
                if isinstance(node, ast.FunctionDef) and node.name in known
            ),
            builtins=BUILTINS - bound,
            doubtful=bound - known,
            opaque=bindings.opaque,
            careful=careful,
        )
        modules, imported = _math_imports(tree.body)
        names = modules | imported.keys()
        if names & bindings.touched:
            # a module is the same by any name
            return replace(scope, doubtful=scope.doubtful | names)
        return scope._importing(modules & known, imported, known)

    def local(self, body: list[ast.stmt], parameters: Iterable[str]) -> Scope:
        """The scope inside a function, or of a script.

        Raises `Unsupported` where a name is imported there and bound again.
        """
        if self.opaque:
            raise Unsupported(f"names are not certain: {self.opaque}")
        bindings = Bindings(body, careful=self.careful)
        bindings.count.update(parameters)
        for name in sorted(bindings.imported):
            if bindings.count[name] > 1 or name not in bindings.plain:
                raise Unsupported(f"`{name}` is imported here and bound again")
        scope = self._without(frozenset(bindings.count))
        modules, imported = _math_imports(body)
        return scope._importing(modules, imported, bindings.imported)

    def _importing(
        self,
        modules: frozenset[str],
        imported: Mapping[str, str],
        known: Iterable[str],
    ) -> Scope:
        found = {name: imported[name] for name in known if name in imported}
        return replace(
            self,
            modules=self.modules | modules,
            imported={**self.imported, **found},
        )

    def _without(self, hidden: frozenset[str]) -> Scope:
        return replace(
            self,
            modules=self.modules - hidden,
            imported={n: m for n, m in self.imported.items() if n not in hidden},
            functions=self.functions - hidden,
            builtins=self.builtins - hidden,
            known={n: f for n, f in self.known.items() if n not in hidden},
            doubtful=self.doubtful - hidden,
            hidden=hidden,
        )

    def math_name(self, node: ast.expr) -> str | None:
        """The name in `math` that an expression refers to, if it does."""
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                return name if module in self.modules else None
            case ast.Name(id=name):
                return self.imported.get(name)
        return None

    def ignores(self, value: ast.expr) -> bool:
        """Whether an expression statement has no effect: a docstring or a print."""
        match value:
            case ast.Constant():
                return True
            case ast.Call(func=ast.Name(id="print")) if "print" in self.builtins:
                binding = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)
                return not any(isinstance(n, binding) for n in ast.walk(value))
        return False


def _math_imports(
    body: Iterable[ast.stmt],
) -> tuple[frozenset[str], Mapping[str, str]]:
    """The names that a body imports the math module by, and what it imports of it."""
    modules: set[str] = set()
    imported: dict[str, str] = {}
    for node in body:
        match node:
            case ast.Import(names=names):
                modules |= {a.asname or a.name for a in names if a.name == "math"}
            case ast.ImportFrom(module="math", level=0, names=names):
                imported.update({a.asname or a.name: a.name for a in names})
    return frozenset(modules), imported
