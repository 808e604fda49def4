"""The texts for staff that stand beside where a partner stands."""

from collections.abc import Mapping

from lifecycle.deciding import Summary

__all__ = ["staff_texts"]


def staff_texts(summary: Summary) -> Mapping[str, str | None]:
    """Return by column what a decision says to staff; None where it has nothing to say.

    Without a `reason` it did not move the partner: the reason of before goes on.
    """
    texts = {
        "suspended_why": summary.suspended_because or None,
        "next_step": summary.next_step or None,
        "missing": "\n".join(filter(None, [*summary.flags, summary.missing])) or None,
    }
    return texts | ({"reason": summary.reason} if summary.reason else {})
