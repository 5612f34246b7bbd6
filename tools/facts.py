"""Facts: the only figures that an answer may quote, each with where it came from.

A tool's result is plain JSON in which every figure stands under a key whose suffix names its unit
(``gain_usd``, ``weight_frac``, ``until_date``). The figure's fact id is the row's ``id``, a dot, and the key:
``plan1.t3.gain_usd``. One value, written once, quoted by reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = Decimal | date | int
Figures = Mapping[str, Value | None]
Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class Unit(StrEnum):
    """The unit of a figure; the value is the key suffix that carries it."""

    USD = "usd"
    PRICE = "price"
    SHARES = "shares"
    FRAC = "frac"
    DATE = "date"
    DAYS = "days"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that a tool produced: ``value`` in ``unit``, about ``entity`` (a symbol, account or lot id).

    ``lots`` are those that it rests on, each with the file's row.
    """

    id: str
    label: str
    value: Value
    unit: Unit
    entity: str | None
    as_of: date | None
    source: str
    lots: tuple[str, ...] = ()


def unit_of(key: str) -> Unit:
    """Read the unit from a key's suffix.

    Raises:
        ValueError: The key names no unit.
    """
    return Unit(key.rsplit("_", 1)[-1])


def label_of(key: str) -> str:
    """Turn ``tax_without_usd`` into "Tax without"."""
    stem = key.rsplit("_", 1)[0] if "_" in key else key
    return stem.replace("_", " ").capitalize()


def cite(row_id: object, key: str, style: str = "") -> str:
    """Write the reference that quotes a figure: ``{{plan1.t3.gain_usd}}``, with how to show it after a bar."""
    return f"{{{{{row_id}.{key}{'|' if style else ''}{style}}}}}"


def listed(names: Sequence[str]) -> str:
    """Write names as people do: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


FRAC_DIGITS = Decimal("0.000001")


def plain(value: Value) -> str:
    """Write a value for JSON: no exponent, no grouping, no idle zeros; a repeating fraction to six digits."""
    if not isinstance(value, Decimal):
        return str(value)
    exponent = value.as_tuple().exponent
    long = isinstance(exponent, int) and exponent < -8
    text = format(value.quantize(FRAC_DIGITS) if long else value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class FactBook:
    """Collects the facts of one tool call while its result is written down.

    Args:
        prefix: Unique in the conversation, for example ``plan2``.
        source: The tool and its inputs, for example ``optimize_trades(max_gain=8000)``.
        as_of: The date of the prices behind the figures.
    """

    def __init__(self, prefix: str, source: str, as_of: date | None) -> None:
        self.prefix = prefix
        self._source = source
        self._as_of = as_of
        self._facts: dict[str, Fact] = {}

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts recorded so far, in order."""
        return tuple(self._facts.values())

    def row(
        self,
        name: str,
        figures: Mapping[str, Value | None],
        /,
        *,
        entity: str | None = None,
        of: str = "",
        **words: Json,
    ) -> dict[str, Json]:
        """Record figures and return them as a JSON row that carries its id.

        Args:
            name: Added to the prefix to make the row's id; empty for the result itself.
            figures: Key (with unit suffix) to value; None stays null and makes no fact.
            entity: The symbol, account or lot that the figures are about.
            of: Words put before each label, for example "Microsoft sale".
            words: Further keys that are not figures.
        """
        row_id = f"{self.prefix}.{name}" if name else self.prefix
        row: dict[str, Json] = {"id": row_id, **words}
        for key, value in figures.items():
            row[key] = None if value is None else plain(value)
            if value is None:
                continue
            label = f"{of}: {label_of(key).lower()}" if of else label_of(key)
            fact_id = f"{row_id}.{key}"
            self._facts[fact_id] = Fact(fact_id, label, value, unit_of(key), entity, self._as_of, self._source)
        return row
