"""The text of expressions on one line, found once for each form."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir.expr import Expr, Format, Walrus
from ..ir.form import Forms
from ..ir.walk import names_in, postorder
from .expressions import Writer


class Templates:
    """Texts with places for the names: `"{0} * math.sin({1})"`.

    Args:
        spelling: how the module spells each `Ref`, by its path.
        forms: of the module's expressions.
    """

    def __init__(self, spelling: Mapping[str, str], forms: Forms) -> None:
        self._writer = Writer(spelling)
        self._forms = forms
        self._known: dict[Expr, str | None] = {}

    def text(self, value: Expr, names: Mapping[str, str] | None) -> str | None:
        """The text of an expression under these names; None where there is no template:
        a name that is bound, or that stands in an f-string, has no place of its own."""
        form, inside = self._forms.of(value)
        if form not in self._known:
            self._known[form] = self._template(form)
        template = self._known[form]
        if template is None:
            return None
        spelled = inside if names is None else [names[name] for name in inside]
        return template.format(*spelled)

    def _template(self, form: Expr) -> str | None:
        if any(isinstance(node, Walrus | Format) for node in postorder(form)):
            return None
        places = {name: f"{{{i}}}" for i, name in enumerate(names_in(form))}
        parts = self._writer.document(form)
        return "".join([places.get(part) or _literal(part) for part in parts])


def _literal(text: str) -> str:
    """What `str.format` makes this text of."""
    return text.replace("{", "{{").replace("}", "}}")
