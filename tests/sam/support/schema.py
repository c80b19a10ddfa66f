"""The tables, as the code declares them."""

import dataclasses
import re

from support.template import ROOT

_CONSTANT = re.compile(r'const (\w+): &str = ("[^"]*");')
_COMMENT = re.compile(r"//[^\n]*")
_TABLE = re.compile(r"=\s*TableSpec\s*\{([^{}]*)\}")
_FIELD = re.compile(r'(\w+)\s*:\s*(?:"([^"]*)"|Some\(\s*"([^"]*)"\s*,?\s*\)|None)')


@dataclasses.dataclass(frozen=True)
class Table:
    variable: str
    suffix: str
    key: str
    ttl: str | None

    @property
    def logical_id(self):
        """The table's resource in the template: SigningKeysTable for signing-keys."""
        return "".join(word.capitalize() for word in self.suffix.split("-")) + "Table"


def tables(text=None):
    """The tables of shared/src/store/schema.rs, or of a text like it, by suffix."""
    text = _COMMENT.sub("", text or (ROOT / "shared/src/store/schema.rs").read_text())
    for name, value in _CONSTANT.findall(text):
        text = re.sub(rf"\b{name}\b(?!:)", value, text)
    declared = [_table(body) for body in _TABLE.findall(text)]
    assert declared, "no table is declared"
    return {table.suffix: table for table in declared}


def _table(body):
    written = {name: plain or some or None for name, plain, some in _FIELD.findall(body)}
    return Table(**{field.name: written[field.name] for field in dataclasses.fields(Table)})
