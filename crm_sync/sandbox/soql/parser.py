"""From text to tree, and every mistake in the text to Salesforce's own message."""

import re
from functools import cache
from importlib.resources import files

from lark import Lark, Token, UnexpectedCharacters, UnexpectedToken

from crm_sync.sandbox.soql.build import Build, Refusal
from crm_sync.sandbox.soql.errors import (
    BIND_REFUSED,
    SoqlError,
    refuse,
    too_complicated,
    unclosed_string,
    unreadable_character,
)
from crm_sync.sandbox.soql.tree import Query

__all__ = ["parse"]

_LONGEST = 100_000
_DEEPEST = 200
_WORD_OR_SIGN = re.compile(r"[A-Za-z0-9_.]+|[-*{}\[\];!&|^/+%?:=<>~()]")
_DATE_AND_MORE = re.compile(r"\d{4}-\d\d-\d\d[Tt][\d:.+-]*")


def parse(text: str) -> Query:
    """Return the tree of a statement; raises SoqlError for whatever Salesforce cannot read."""
    if not text.strip():
        raise SoqlError("MALFORMED_QUERY", "SOQL statements cannot be empty or null")
    if len(text) > _LONGEST:
        what = f"SOQL statements cannot be longer than {_LONGEST} characters."
        raise SoqlError("MALFORMED_QUERY", what)
    try:
        return _Reading(text).query()
    except Refusal as refusal:
        raise refuse(text, refusal.at, refusal.what, refusal.code) from None


@cache
def _grammar() -> Lark:
    source = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", transformer=Build(), maybe_placeholders=True)


class _Reading:
    """One statement being read, with the tokens so far, which explain a mistake."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.parser = _grammar().parse_interactive(text)

    def query(self) -> Query:
        """Return the tree."""
        try:
            return self._read()
        except UnexpectedToken as error:
            raise self._unexpected(error.token) from None
        except UnexpectedCharacters as error:
            raise self._unreadable(error.pos_in_stream or 0) from None

    def _read(self) -> Query:
        depth = 0
        lexer = self.parser.lexer_thread
        for token in lexer.lex(self.parser.parser_state):  # type: ignore[no-untyped-call]
            depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
            if depth > _DEEPEST:
                raise too_complicated()
            self.parser.feed_token(token)
            self.tokens.append(token)
        query: Query = self.parser.feed_eof(self.tokens[-1])  # type: ignore[no-untyped-call]
        return query

    def _unexpected(self, token: Token) -> SoqlError:
        at, seen = self._place(token)
        if seen[:1] in {"t", "T"} and (broken := self._broken_datetime(at)) is not None:
            return unreadable_character(self.text, broken)
        expected = self.parser.accepts()  # type: ignore[no-untyped-call]
        if "RPAR" in expected:
            what = f"expecting a right parentheses, found '{seen}'"
        elif expected == {"LPAR"}:
            what = f"expecting a left parentheses, found '{seen}'"
        elif expected == {"LPAR", "COLON"}:
            what = BIND_REFUSED if token.type == "NAME" else f"expecting a colon, found '{seen}'"
        else:
            at, seen = self._unfinished_item(expected) or (at, seen)
            what = f"unexpected token: '{seen}'"
        return refuse(self.text, at, what)

    def _place(self, token: Token) -> tuple[int, str]:
        if token.type == "$END":
            return len(self.text.rstrip()), "<EOF>"
        return token.start_pos or 0, str(token)

    def _unfinished_item(self, expected: set[str]) -> tuple[int, str] | None:
        """Blame `FORM` in `SELECT Id FORM Account`, which was read as an alias."""
        words = [each.type for each in self.tokens[-2:]] == ["NAME", "NAME"]
        return self._place(self.tokens[-1]) if words and expected == {"COMMA", "_FROM"} else None

    def _broken_datetime(self, at: int) -> int | None:
        """Return where an instant stops being one, given where its T stands."""
        found = _DATE_AND_MORE.match(self.text, max(at - 10, 0))
        return found.end() if found else None

    def _unreadable(self, at: int) -> SoqlError:
        broken = self._broken_datetime(at) if self.text[at] in {"t", "T"} else None
        if broken is not None:
            return unreadable_character(self.text, broken)
        if self.text[at] == "'":
            return unclosed_string(self.text)
        known = _WORD_OR_SIGN.match(self.text, at)
        if known is None:
            return unreadable_character(self.text, at)
        return refuse(self.text, at, f"unexpected token: '{known[0]}'")
