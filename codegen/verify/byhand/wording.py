"""What is said of a mistake: its line, its stage, what is due, and what is right."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from ..reports.budget import OutOfTime, one_part
from ..texts.numbering import Lines
from .attempt import Outcome
from .edits import NOT_ADDED
from .explain import Explainer
from .findings import HandFinding, difference
from .formula import by_reference, by_sympy
from .lines import UNTOLD, Mistake
from .mending import Mender
from .playing import Fault
from .solving import Solver
from .task import Task


class Wording:
    """Words findings on one backward pass; `reference` is a module that is right."""

    def __init__(self, task: Task, reference: str) -> None:
        self._task = task
        self._reference = reference

    def finding(
        self, outcome: Outcome, wrong: Sequence[Outcome], right: Sequence[Outcome]
    ) -> HandFinding:
        """What is wrong at a point; `wrong` has all points at which something is, and
        `right` some at which nothing is."""
        if outcome.mistake is not None:
            mistake = outcome.mistake
            found = self._mistake(outcome, mistake)
            return self._mended(found, outcome, (wrong, right), mistake)
        fault = outcome.fault or outcome.row
        assert fault is not None
        found = self._fault(outcome, fault)
        if not fault.mendable:
            return found
        return self._mended(found, outcome, (wrong, right), None)

    def _mended(
        self,
        finding: HandFinding,
        outcome: Outcome,
        points: tuple[Sequence[Outcome], Sequence[Outcome]],
        mistake: Mistake | None,
    ) -> HandFinding:
        """A finding with the change that puts it right, where there is a small one, in
        its line, or one of those that write the gradient of its mistake; else, where
        the cause is not known, the statement that can be put right."""
        try:
            with one_part():
                return self._searched(finding, outcome, points, mistake)
        except OutOfTime:
            # what is known without a search still holds
            return finding

    def _searched(
        self,
        finding: HandFinding,
        outcome: Outcome,
        points: tuple[Sequence[Outcome], Sequence[Outcome]],
        mistake: Mistake | None,
    ) -> HandFinding:
        wrong, right = points
        others = [other for other in wrong if other is not outcome]
        sure = mistake is not None and mistake.sure
        inside = None if mistake is None else mistake.inside
        mender = Mender(self._task, [outcome, *others], right)
        edit = mender.edit(
            finding.line,
            () if mistake is None else mistake.lines,
            everywhere=not sure,
            inside=inside,
        )
        if edit is None:
            return finding if sure else self._solved(finding, mender.base, inside)
        text = self._text(edit.statement)
        if not _holds(edit.statement, finding.line):
            also = f": then `{finding.gradient}` is right" if finding.gradient else ""
            message = f"{edit.message}{also}"
        elif finding.message.endswith(UNTOLD):
            message = finding.message.removesuffix(UNTOLD) + edit.message
        elif edit.message == NOT_ADDED and NOT_ADDED not in finding.message:
            start, _, what = finding.message.partition(": ")
            message = f"{start}: {edit.message}: {what}"
        else:
            return replace(finding, repair=edit.text)
        return replace(
            finding, message=message, line=edit.line, written=text, repair=edit.text
        )

    def _solved(
        self, finding: HandFinding, base: Outcome, inside: range | None
    ) -> HandFinding:
        explainer = Explainer(base.due)
        told = [
            (explainer.sentence(s.found, s.due, s.name, -1), s)
            for s in Solver(self._task, base).solutions()
            if inside is None or s.statement.lineno in inside
        ]
        if not told:
            return finding
        sentence, solved = next((t for t in told if t[0]), told[-1])
        if solved.name == finding.gradient:
            return finding
        node = solved.statement
        also = f", and so is `{finding.gradient}`" if finding.gradient else ""
        return replace(
            finding,
            message=f"`{solved.name}` is wrong{also}: {sentence or UNTOLD}",
            line=node.lineno,
            written=self._text(node),
            expected="",
            gradient=solved.name,
            difference=difference(solved.found, solved.due),
        )

    def _text(self, node: ast.stmt) -> str:
        """A statement as it is written; of a loop or branch, its first line."""
        lines = Lines(self._task.text)
        if hasattr(node, "body"):
            return lines.at(node.lineno).strip()
        return lines.text(node)

    def _mistake(self, outcome: Outcome, mistake: Mistake) -> HandFinding:
        due = outcome.due
        number = due.stage_number(mistake.step)
        value = mistake.value
        expected = by_sympy(due, value, mistake.steps)
        expected = expected or by_reference(
            self._reference, self._task.name, value.name, number
        )
        stage = due.steps[mistake.step].node if mistake.step >= 0 else None
        source = Lines(self._task.source)
        what = f"`{mistake.place}`"
        if not mistake.place:
            what = f"the gradient of `{value.name}`"
        return HandFinding(
            number,
            f"{what} is wrong: {mistake.message}",
            mistake.line,
            self.line(mistake.line),
            expected,
            str(outcome.trial.arrays),
            stage_text=source.text(stage) if stage is not None else "",
            stage_line=stage.lineno if stage is not None else 0,
            gradient=mistake.place,
            difference=difference(mistake.found, mistake.due),
        )

    def _fault(self, outcome: Outcome, fault: Fault) -> HandFinding:
        due = outcome.due
        values = due.named(fault.place) if fault.place else []
        expected, number, text, line = "", 0, "", 0
        if values and "forward" not in fault.message:
            steps = list(due.contributions(values[0].taped))
            if steps:
                number = due.stage_number(steps[0])
                node = due.steps[steps[0]].node
                text, line = Lines(self._task.source).text(node), node.lineno
            expected = by_sympy(due, values[0], steps)
            expected = expected or by_reference(
                self._reference, self._task.name, fault.place, number
            )
        return HandFinding(
            number,
            fault.message,
            fault.line,
            self.line(fault.line),
            expected,
            str(outcome.trial.arrays),
            stage_text=text,
            stage_line=line,
            gradient=fault.place,
        )

    def line(self, line: int) -> str:
        """The statement that starts on a line of the text that is judged."""
        kinds = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)
        for node in ast.walk(ast.parse(self._task.text)):
            lines = range(
                getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) + 1
            )
            if isinstance(node, ast.For) and node.lineno == line:
                target, source = ast.unparse(node.target), ast.unparse(node.iter)
                return f"for {target} in {source}:"
            if isinstance(node, kinds) and line in lines:
                return Lines(self._task.text).text(node)
        return ""


def _holds(node: ast.stmt, line: int) -> bool:
    """Whether a statement, without those inside of it, stands on a line."""
    return node.lineno <= line <= (node.end_lineno or line) and not hasattr(
        node, "body"
    )
