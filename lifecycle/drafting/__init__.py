"""Drafts: letters from templates that staff edit, filled in with what the CRM knows.

`load_templates` checks and compiles a folder, `Library.draft` fills in one letter, `to_eml` writes
it as a file. Nothing is ever sent.
"""

from lifecycle.drafting.cells import harmless
from lifecycle.drafting.draft import Draft, is_address, to_eml
from lifecycle.drafting.editing import (
    Words,
    difference,
    edited,
    edited_html,
    moved,
    shown_difference,
)
from lifecycle.drafting.errors import DraftRefused, TemplateProblems, UnknownTemplate
from lifecycle.drafting.figures import figures, unsupported
from lifecycle.drafting.forms import Form
from lifecycle.drafting.house import House
from lifecycle.drafting.library import Library, load_templates
from lifecycle.drafting.origin import record_of
from lifecycle.drafting.policy import Broken, Policy
from lifecycle.drafting.review import Remark, review
from lifecycle.drafting.template import Template
from lifecycle.drafting.unsubscribing import unsubscribe_headers
from lifecycle.drafting.values import clean

__all__ = [
    "Broken",
    "Draft",
    "DraftRefused",
    "Form",
    "House",
    "Library",
    "Policy",
    "Remark",
    "Template",
    "TemplateProblems",
    "UnknownTemplate",
    "Words",
    "clean",
    "difference",
    "edited",
    "edited_html",
    "figures",
    "harmless",
    "is_address",
    "load_templates",
    "moved",
    "record_of",
    "review",
    "shown_difference",
    "to_eml",
    "unsubscribe_headers",
    "unsupported",
]
