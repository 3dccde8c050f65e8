"""Expressions inside a schedule text (``0:(sin(t/10))``), with the results that numexpr gives Deforum.

Deforum passes everything that is not a plain number to ``numexpr.evaluate``, one frame at a time, with ``t`` (frame),
``s`` (seed) and ``max_f`` (last frame) as 64-bit integers. Here a validated syntax tree is evaluated over all frames of
a stretch at once; only arithmetic can run. The rules are those of numexpr 2.13 and later: Python evaluates the parts
without names first, a plain number cannot be left of ``//`` with a name, and a condition cannot contain a name.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Constant = bool | int | float
Value = Constant | NDArray[Any]

MAX_EXPRESSION = 2000
"""Characters of one expression; longer ones are refused before Python's parser sees them."""
_MAX_BITS = 4096

_FUNCTIONS: Mapping[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin, "arccos": np.arccos,
    "arctan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "arcsinh": np.arcsinh, "arccosh":
    np.arccosh, "arctanh": np.arctanh, "log": np.log, "log1p": np.log1p, "log10": np.log10, "log2": np.log2, "exp":
    np.exp, "expm1": np.expm1, "abs": np.absolute, "ceil": np.ceil, "floor": np.floor, "round": np.round, "trunc":
    np.trunc, "sign": np.sign, "isnan": np.isnan, "isfinite": np.isfinite, "isinf": np.isinf,
}  # fmt: skip
_KEEP_WHOLE = frozenset({"abs", "round", "sign"})
_REDUCTIONS = frozenset({"sum", "prod", "min", "max"})

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift,
    ast.RShift: operator.rshift, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert,
}  # fmt: skip
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


class ExpressionError(ValueError):
    """The expression cannot be evaluated. ``offset`` counts characters from the start of the expression."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.offset = offset


def evaluate(text: str, names: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
    """The values of ``text`` for ``names`` -> int64 arrays of one shape or of one element; broadcast over them.

    The result may contain NaN and infinities, as Deforum's does. Raises ExpressionError with the reason and the
    position.
    """
    node = _parse(text)
    try:
        with np.errstate(all="ignore"):
            value = _value(_without_reduction(node), names)
            return np.asarray(value, dtype=np.float64)
    except ExpressionError:
        raise
    except ZeroDivisionError as error:
        raise ExpressionError("it divides by zero") from error
    except (OverflowError, MemoryError) as error:
        raise ExpressionError("a number in it is too large") from error
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"it cannot be calculated ({error})") from error
    except RecursionError as error:
        raise ExpressionError("it is nested too deeply") from error


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_EXPRESSION:
        raise ExpressionError(f"it is longer than {MAX_EXPRESSION} characters")
    if not text.strip():
        raise ExpressionError("the value is missing")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError("it is not complete or not a formula", max((error.offset or 1) - 1, 0)) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("it is not a formula") from error


def _without_reduction(node: ast.expr) -> ast.expr:
    """numexpr allows sum, prod, min and max outermost; over the single value of one frame they change nothing."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _REDUCTIONS
        and len(node.args) == 1
    ):
        return node.args[0]
    return node


def _value(node: ast.expr, names: Mapping[str, NDArray[np.int64]]) -> Value:
    if isinstance(node, ast.Constant):
        return _constant(node)
    if isinstance(node, ast.Name):
        return _variable(node, names)
    if isinstance(node, ast.Call):
        return _call(node, names)
    if isinstance(node, ast.UnaryOp):
        return _unary(node, _value(node.operand, names))
    if isinstance(node, ast.BinOp):
        return _binary(node, _value(node.left, names), _value(node.right, names))
    if isinstance(node, ast.Compare):
        return _compare(node, names)
    if isinstance(node, ast.BoolOp):
        return _logic(node, names)
    if isinstance(node, ast.Attribute) and node.attr == "real":
        return _value(node.value, names)
    if isinstance(node, ast.IfExp):
        chosen = node.body if _condition(node.test, names) else node.orelse
        return _value(chosen, names)
    raise ExpressionError("it uses something that Deforum cannot calculate", node.col_offset)


def _constant(node: ast.Constant) -> Constant:
    if isinstance(node.value, (bool, int, float)):
        return node.value
    raise ExpressionError(f"{node.value!r} is not a number", node.col_offset)


def _variable(node: ast.Name, names: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    try:
        return names[node.id]
    except KeyError:
        known = ", ".join(sorted(names))
        raise ExpressionError(f'"{node.id}" is unknown; use one of {known}', node.col_offset) from None


def _call(node: ast.Call, names: Mapping[str, NDArray[np.int64]]) -> NDArray[Any]:
    if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS:
        raise ExpressionError("it calls a function that Deforum does not have", node.col_offset)
    if len(node.args) != 1 or node.keywords:
        raise ExpressionError(f"{node.func.id} needs exactly one value", node.col_offset)
    argument = np.atleast_1d(np.asarray(_value(node.args[0], names)))
    if node.func.id not in _KEEP_WHOLE:
        argument = argument.astype(np.float64)
    return _FUNCTIONS[node.func.id](argument)


def _unary(node: ast.UnaryOp, operand: Value) -> Value:
    if isinstance(node.op, ast.Not):
        if isinstance(operand, np.ndarray):
            raise ExpressionError('"not" works on numbers only; use "~"', node.col_offset)
        return not operand
    result: Value = _UNARY[type(node.op)](operand)
    return result


def _binary(node: ast.BinOp, left: Value, right: Value) -> Value:
    if type(node.op) not in _BINARY:
        raise ExpressionError("it uses an operator that Deforum does not have", node.col_offset)
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return _per_frame(node, left, right)
    if isinstance(node.op, (ast.Pow, ast.LShift)):
        _guard_size(node, left, right)
    result: Value = _BINARY[type(node.op)](left, right)
    if isinstance(result, complex):
        raise ExpressionError("it has no real value", node.col_offset)
    return result


def _guard_size(node: ast.BinOp, left: Constant, right: Constant) -> None:
    """Python's integers are unlimited: refuse what would take too long before calculating it."""
    if isinstance(left, float) or isinstance(right, float) or right <= 0:
        return
    bits = int(left).bit_length() * right if isinstance(node.op, ast.Pow) else int(left).bit_length() + right
    if bits > _MAX_BITS:
        raise ExpressionError("a number in it is too large", node.col_offset)


def _per_frame(node: ast.BinOp, left: Value, right: Value) -> NDArray[Any]:
    if any(np.asarray(operand).dtype == object for operand in (left, right)):
        # a whole number beyond 64 bits: numpy would continue with Python's integers, whose powers are unlimited
        raise ExpressionError("a number in it is too large", node.col_offset)
    if isinstance(node.op, ast.Pow):
        return _power(node, left, right)
    if isinstance(node.op, ast.FloorDiv) and not isinstance(left, np.ndarray):
        raise ExpressionError('a plain number cannot be left of "//" here', node.col_offset)
    return np.asarray(_BINARY[type(node.op)](left, right))


def _power(node: ast.BinOp, left: Value, right: Value) -> NDArray[Any]:
    whole_base = not np.issubdtype(np.asarray(left).dtype, np.floating)
    if whole_base and isinstance(right, int) and right < 0:
        raise ExpressionError("a whole number cannot be raised to a negative whole power; write -1.0", node.col_offset)
    if whole_base and isinstance(right, float):
        left = np.asarray(left, dtype=np.float64)
    return np.asarray(np.power(left, right))


def _compare(node: ast.Compare, names: Mapping[str, NDArray[np.int64]]) -> Value:
    left = _value(node.left, names)
    result: Value = True
    for index, (compare, comparator) in enumerate(zip(node.ops, node.comparators)):
        if type(compare) not in _COMPARE:
            raise ExpressionError("it uses an operator that Deforum does not have", node.col_offset)
        right = _value(comparator, names)
        result = _COMPARE[type(compare)](left, right)
        if index + 1 < len(node.ops) and isinstance(result, np.ndarray):
            raise ExpressionError("comparisons cannot be chained", node.col_offset)
        if result is False:
            return False
        left = right
    return result


def _logic(node: ast.BoolOp, names: Mapping[str, NDArray[np.int64]]) -> Value:
    """``and``/``or`` with Python's short-circuiting; every operand but the last must be a plain number."""
    for operand in node.values[:-1]:
        if _condition(operand, names) is isinstance(node.op, ast.Or):
            return _value(operand, names)
    return _value(node.values[-1], names)


def _condition(node: ast.expr, names: Mapping[str, NDArray[np.int64]]) -> bool:
    value = _value(node, names)
    if isinstance(value, np.ndarray):
        raise ExpressionError("a value that changes cannot be a condition", node.col_offset)
    return bool(value)
