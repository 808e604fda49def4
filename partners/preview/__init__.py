"""A page on which an author sees a letter as everybody gets it."""

from partners.preview.looking import Card, example_cards, partner_cards
from partners.preview.writing import write_preview

__all__ = ["Card", "example_cards", "partner_cards", "write_preview"]
