"""Internal names of what the backward pass introduces, and what they should be called.

While a backward pass is built its variables carry internal names (`d:x@1`), which no
user's name can clash with. `Wanted` remembers for each how it wants to be printed;
`analysis`-wide naming at the end grants the wish or a numbered variant of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...analysis.values import adjoint_name, item_name, user_name
from ...ir.expr import Expr, Index, Item, Var

# Takes the parts of an upstream gradient that nothing needs.
UNUSED = Var("u:_")
# begins the names of masks, which are like those of upstream gradients otherwise
_MASK = "r:mask"


def adjoint_of(leaf: Expr) -> Expr:
    """The adjoint of a variable, or of an element of a list."""
    match leaf:
        case Var(name):
            return Var(adjoint_name(name))
        case Index(base, index):
            return Index(adjoint_of(base), index)
        case Item():
            return Var(adjoint_name(item_name(leaf)))
        case _:
            raise AssertionError(leaf)


@dataclass
class Wanted:
    """Wishes for names: internal name -> (value it is named after, prefix, suffix).

    `items` names the arrays in dicts and lists, by internal name; `sources` gives for
    some of them the adjoint that theirs is another name of.
    """

    wishes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def name_items(self, items: Iterable[Item]) -> None:
        """Name the arrays in dicts and lists after their keys: `W1`, `layers_0_W`."""
        found = list(items)
        last = [item.keys[-1].text.strip("\"'.") for item in found]
        for item, key in zip(found, last, strict=True):
            if not key.isidentifier() or last.count(key) > 1:
                parts = [k.text.strip("\"'.") for k in item.keys]
                root = user_name(item.root.name)
                key = "_".join([root.rpartition(".")[2], *parts])
            self.items[item_name(item)] = "".join(
                c if c.isalnum() and c.isascii() else "_" for c in key
            )

    def raw(self, target: Expr) -> Var:
        """A name for an upstream gradient inside of a stage: `ds_raw`."""
        return self.new("r", target, "d", "_raw")

    def mask(self, target: Expr) -> Var:
        """A name for a mask that only the backward pass of a stage reads: `m_mask`."""
        return self.new(_MASK, target, "", "_mask")

    def inner(self, target: Expr, hint: str) -> Var:
        """A name for an inner value of a stage: `z_sin`."""
        return self.new("i", target, "", f"_{hint or 'inner'}")

    def upstream(self, output: str) -> Var:
        """A name for the upstream gradient of a structured output: `dout`."""
        return self.new("u", Var(output), "d", "")

    def new(self, kind: str, target: Expr, prefix: str, suffix: str) -> Var:
        base = target
        while not isinstance(base, Var):
            base = base.root if isinstance(base, Item) else base.operands[0]
        name = f"{kind}:{len(self.wishes)}"
        self.wishes[name] = (base.name, prefix, suffix)
        return Var(name)


def is_named_mask(node: Expr) -> bool:
    """Whether this is the name of a mask."""
    return isinstance(node, Var) and node.name.startswith(f"{_MASK}:")


def is_primal(name: str) -> bool:
    """Whether an internal name stands for a value of the forward pass."""
    return not name.startswith(("d:", "r:", "u:"))
