"""Texts that people type, made plain, so that a rule finds them however they are spelt."""

import polars as pl

__all__ = ["plain"]


def plain(text: pl.Expr) -> pl.Expr:
    """Return a text in small letters, without accents or signs, one space between words.

    "State-Owned  Firm" becomes "state owned firm"; what has no letter or digit is missing.
    """
    letters = text.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
    words = letters.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return pl.when(words != "").then(words)
