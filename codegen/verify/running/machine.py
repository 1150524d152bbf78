"""The interpreter of postfix code, in an arithmetic of the caller's choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..texts.signature import Signature
from .code import JUMPS, Code, Number, Op
from .domains import Broken, Domain, Exhausted, is_sequence, is_text

T = TypeVar("T")

# a number of the domain, or a list, tuple or dict of values, a bool, a string, None
Value = Any
Env = MutableMapping[str, Value]

_BACKWARDJUMPS = 20_000
_CALL_DEPTH = 16
_MOST_ITEMS = 1_000_000


class UnknownName(Broken):
    """The text reads a name that has no value."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` has no value here")
        self.name = name


@dataclass(frozen=True)
class Routine:
    """A function of the module that is read."""

    name: str
    signature: Signature
    code: Code


@dataclass
class Machine(Generic[T]):
    """Runs code over `domain`.

    `constants` are the module's constants, `routines` its functions.

    Raises `Undefined` where Python would raise an arithmetic error, and `Broken`
    where the text itself is at fault (an unknown name, a wrong length).
    """

    domain: Domain[T]
    constants: Mapping[str, Value] = field(default_factory=dict)
    routines: Mapping[str, Routine] = field(default_factory=dict)
    # (address, which way) of each conditional jump taken, if asked for
    jumps: set[tuple[int, bool]] | None = None
    _depth: int = 0

    def run(self, code: Code, env: Env) -> Value:
        """Run `code` on `env`; the value returned, if it returns one."""
        domain = self.domain
        stack: list[Value] = []
        push, pop = stack.append, stack.pop
        instructions = code.instructions
        at, size, back = 0, len(instructions), 0
        while at < size:
            op, arg = instructions[at]
            at += 1
            if op is Op.LOAD:
                push(self._load(arg, env))
            elif op is Op.STORE:
                env[arg] = pop()
            elif op is Op.BINARY:
                right, left = pop(), pop()
                push(self._binary(arg, left, right))
            elif op is Op.CONST:
                push(domain.literal(arg) if type(arg) is Number else arg)
            elif op is Op.RETURN:
                return pop()
            elif op in JUMPS:
                target = self._jump(op, at, arg, stack)
                if target < at:
                    back += 1
                    if back > _BACKWARDJUMPS:
                        raise Broken("a loop does not end")
                at = target
            else:
                _HANDLERS[op](self, arg, stack, env)
        return None

    def _load(self, name: str, env: Env) -> Value:
        try:
            return env[name]
        except KeyError:
            pass
        try:
            return self.constants[name]
        except KeyError:
            raise UnknownName(name) from None

    def _binary(self, op: str, left: Value, right: Value) -> Value:
        if type(left) in _SEQUENCES or type(right) in _SEQUENCES:
            return self._sequence_binary(op, left, right)
        return self.domain.binary(op, self.number(left), self.number(right))

    def _sequence_binary(self, op: str, left: Value, right: Value) -> Value:
        if op == "+" and type(left) is type(right):
            return left + right
        if op == "*" and type(right) in _SEQUENCES:
            left, right = right, left
        if op == "*" and type(left) in _SEQUENCES and type(right) not in _SEQUENCES:
            count = self.domain.integer(self.number(right))
            if len(left) * count > _MOST_ITEMS:
                raise Exhausted(f"a list of {len(left) * count:,} items is too long")
            return left * count
        raise Broken(f"`{op}` on a list or tuple")

    def number(self, value: Value) -> T:
        """A value as a number of the domain; booleans count as 0 and 1."""
        if value is True or value is False:
            return self.domain.literal(Number(int(value), int(value)))
        if value is None or isinstance(value, (list, dict, str)):
            raise Broken("a number was expected")
        if type(value) is tuple:
            raise Broken("a number was expected")
        number: T = value
        return number

    def truth(self, value: Value) -> bool:
        """The truth of a value, as Python sees it."""
        if isinstance(value, bool):
            self.domain.trace.append(value)
            return value
        if type(value) in _SEQUENCES or value is None or isinstance(value, str):
            return bool(value)
        zero = self.domain.literal(_ZERO)
        return self.domain.compare("!=", value, zero)

    def _jump(self, op: Op, after: int, target: int, stack: list[Value]) -> int:
        if op is Op.JUMP:
            return target
        if op is Op.FOR:
            rest = stack[-1]
            if not rest:
                stack.pop()
                return target
            stack.append(rest.pop(0))
            return after
        truth = self.truth(stack[-1])
        if self.jumps is not None:
            self.jumps.add((after - 1, truth))
        jumps = truth if op is Op.JUMP_IF_TRUE_OR_POP else not truth
        if op is Op.JUMP_IF_FALSE or not jumps:
            stack.pop()
        return target if jumps else after

    def _math_const(self, arg: str, stack: list[Value], env: Env) -> None:
        stack.append(self.domain.math_constant(arg))

    def _unary(self, arg: str, stack: list[Value], env: Env) -> None:
        value = stack.pop()
        if arg == "not":
            stack.append(not self.truth(value))
        else:
            number = self.number(value)
            stack.append(self.domain.neg(number) if arg == "-" else number)

    def _compare(self, arg: str, stack: list[Value], env: Env) -> None:
        right, left = stack.pop(), stack.pop()
        match arg:
            case "in" | "not in" if is_sequence(right):
                found = any(self._equal(left, item) for item in right)
                stack.append(found is (arg == "in"))
            case "==" | "!=":
                stack.append(self._equal(left, right) is (arg == "=="))
            case _ if is_text(left) or is_text(right):
                raise Broken("a text or None is compared by size")
            case _:
                left, right = self.number(left), self.number(right)
                stack.append(self.domain.compare(arg, left, right))

    def _equal(self, left: Value, right: Value) -> bool:
        if is_sequence(left) and is_sequence(right):
            same = type(left) is type(right) and len(left) == len(right)
            return same and all(map(self._equal, left, right))
        if is_text(left) or is_text(right):
            outcome = bool(left == right)
            self.domain.trace.append(outcome)
            return outcome
        return self.domain.compare("==", self.number(left), self.number(right))

    def _call(
        self, arg: tuple[str, int, tuple[str, ...]], stack: list[Value], env: Env
    ) -> None:
        name, count, keywords = arg
        values = _popped(stack, count + len(keywords))
        named = dict(zip(keywords, values[count:], strict=True))
        stack.append(self._function(name, values[:count], named))

    def _call_spread(self, arg: str, stack: list[Value], env: Env) -> None:
        stack.append(self._function(arg, stack.pop(), {}))

    def _function(
        self, name: str, args: list[Value], named: Mapping[str, Value]
    ) -> Value:
        if name == "len":
            if not (args and is_sequence(args[0])):
                raise Broken("`len` of something that is not a list or tuple")
            return self.domain.literal(Number.of(len(args[0])))
        if name == "range":
            bounds = [self.domain.integer(self.number(a)) for a in args]
            return [self.domain.literal(Number.of(i)) for i in range(*bounds)]
        if name == "bool":
            return self.truth(args[0])
        if name in _CONVERSIONS:
            if not (len(args) == 1 and is_sequence(args[0])):
                raise Broken(f"`{name}` of something that is not a list or tuple")
            return _CONVERSIONS[name](args[0])
        numbers = [self._argument(a) for a in args]
        return self.domain.call(name, numbers, named)

    def _argument(self, value: Value) -> Value:
        if type(value) in _SEQUENCES:
            return [self.number(item) for item in value]
        return self.number(value)

    def _call_local(
        self, arg: tuple[str, int, tuple[str, ...]], stack: list[Value], env: Env
    ) -> None:
        name, count, keywords = arg
        values = _popped(stack, count + len(keywords))
        named = dict(zip(keywords, values[count:], strict=True))
        stack.append(self.call(name, values[:count], named))

    def call(self, name: str, values: list[Value], named: Mapping[str, Value]) -> Value:
        """Call a function of the module."""
        routine = self.routines.get(name)
        if routine is None:
            raise UnknownName(name)
        env = routine.signature.bound(values, named)
        if env is None:
            raise Broken(f"`{name}` is called with the wrong arguments")
        if self._depth >= _CALL_DEPTH:
            raise Broken("calls are nested too deeply")
        self._depth += 1
        try:
            return self.run(routine.code, env)
        finally:
            self._depth -= 1

    def _build(self, arg: tuple[type, int], stack: list[Value], env: Env) -> None:
        kind, count = arg
        stack.append(kind(_popped(stack, count)))

    def _build_dict(self, arg: tuple[Any, ...], stack: list[Value], env: Env) -> None:
        stack.append(dict(zip(arg, _popped(stack, len(arg)), strict=True)))

    def _append(self, arg: None, stack: list[Value], env: Env) -> None:
        item = stack.pop()
        stack[-1].append(item)

    def _extend(self, arg: None, stack: list[Value], env: Env) -> None:
        items = stack.pop()
        if type(items) not in _SEQUENCES:
            raise Broken("`*` needs a list or a tuple")
        stack[-1].extend(items)

    def _index(self, arg: None, stack: list[Value], env: Env) -> None:
        key, container = stack.pop(), stack.pop()
        stack.append(container[self._key(container, key)])

    def _store_item(self, arg: None, stack: list[Value], env: Env) -> None:
        key, container, value = stack.pop(), stack.pop(), stack.pop()
        if type(container) is tuple:
            raise Broken("a tuple cannot be changed")
        container[self._key(container, key)] = value

    def _key(self, container: Value, key: Value) -> Any:
        if isinstance(container, dict):
            key = key if isinstance(key, str) else self.domain.integer(key)
            if key in container:
                return key
        elif type(container) in _SEQUENCES:
            index = self.domain.integer(self.number(key))
            if -len(container) <= index < len(container):
                return index
        raise Broken("there is no such item")

    def _unpack(self, arg: int, stack: list[Value], env: Env) -> None:
        value = stack.pop()
        items = list(value) if isinstance(value, dict) else value
        if type(items) not in _SEQUENCES or len(items) != arg:
            raise Broken(f"{arg} values were expected")
        stack.extend(reversed(items))

    def _dup(self, arg: None, stack: list[Value], env: Env) -> None:
        stack.append(stack[-1])

    def _dup_under(self, arg: None, stack: list[Value], env: Env) -> None:
        stack.insert(-2, stack[-1])

    def _drop_under(self, arg: None, stack: list[Value], env: Env) -> None:
        del stack[-2]

    def _pop(self, arg: None, stack: list[Value], env: Env) -> None:
        stack.pop()

    def _iterate(self, arg: None, stack: list[Value], env: Env) -> None:
        stack.append(list(stack.pop()))

    def _assert(self, arg: None, stack: list[Value], env: Env) -> None:
        self.domain.require(self.truth(stack.pop()), "an `assert` fails")


_Handler = Callable[[Machine[Any], Any, list[Value], Env], None]
_HANDLERS: Mapping[Op, _Handler] = {
    Op.MATH_CONST: Machine._math_const,
    Op.UNARY: Machine._unary,
    Op.COMPARE: Machine._compare,
    Op.CALL: Machine._call,
    Op.CALL_SPREAD: Machine._call_spread,
    Op.CALL_LOCAL: Machine._call_local,
    Op.BUILD: Machine._build,
    Op.BUILD_DICT: Machine._build_dict,
    Op.APPEND: Machine._append,
    Op.EXTEND: Machine._extend,
    Op.INDEX: Machine._index,
    Op.STORE_ITEM: Machine._store_item,
    Op.UNPACK: Machine._unpack,
    Op.DUP: Machine._dup,
    Op.DUP_UNDER: Machine._dup_under,
    Op.DROP_UNDER: Machine._drop_under,
    Op.POP: Machine._pop,
    Op.ITERATE: Machine._iterate,
    Op.ASSERT: Machine._assert,
}
_SEQUENCES = (list, tuple)
_CONVERSIONS = {"list": list, "tuple": tuple}
_ZERO = Number(0, 0)


def _popped(stack: list[Value], count: int) -> list[Value]:
    if not count:
        return []
    values = stack[-count:]
    del stack[-count:]
    return values
