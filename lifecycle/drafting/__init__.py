"""Drafts: letters from templates that staff edit, filled in with what the CRM knows.

`load_templates` checks and compiles a folder, `Library.draft` fills in one letter, `to_eml` writes
it as a file. Nothing is ever sent.
"""

from lifecycle.drafting.draft import Draft, to_eml
from lifecycle.drafting.errors import DraftRefused, TemplateProblems, UnknownTemplate
from lifecycle.drafting.house import House
from lifecycle.drafting.library import Library, Template, load_templates

__all__ = [
    "Draft",
    "DraftRefused",
    "House",
    "Library",
    "Template",
    "TemplateProblems",
    "UnknownTemplate",
    "load_templates",
    "to_eml",
]
