"""For the tests of plug-ins: their facts, axioms and functions held to what they say.

Needs z3 (extra `prove`), which is one of the readings.
"""

from lifecycle.extending.agreeing import disagreements
from partners.testing.facts import TODAY, broken_axioms, facts_of
from partners.testing.population import random_rows

__all__ = ["TODAY", "broken_axioms", "disagreements", "facts_of", "random_rows"]
