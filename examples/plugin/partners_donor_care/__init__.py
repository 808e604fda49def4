"""Donor care: what a fundraising team adds to the rules."""

from pathlib import Path

from lifecycle.extending import Plugin
from partners_donor_care.facts import AXIOMS, GIVING
from partners_donor_care.functions import FUNCTIONS

__all__ = ["PLUGIN"]

PLUGIN = Plugin(
    name="donor_care",
    facts=(GIVING,),
    functions=FUNCTIONS,
    axioms=AXIOMS,
    rules=Path(__file__).parent / "donor_care_rules",
)
