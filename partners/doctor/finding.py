"""One thing that is not as it should be in an org, and what an administrator types or clicks."""

from dataclasses import dataclass

from partner_lifecycle.resources import deploy_command

__all__ = ["DEPLOY", "INTEGRATION_SET", "Finding", "assign"]

INTEGRATION_SET = "Partner_Lifecycle_Integration"
"""The permission set of the user as whom we log in."""
DEPLOY = f"Deploy our metadata: {deploy_command()}"


@dataclass(frozen=True)
class Finding:
    """`place` is an object or Object.Field; `what` says what is wrong; `remedy` what to do."""

    place: str
    what: str
    remedy: str


def assign(username: str) -> str:
    """Return how to give our user its rights."""
    return (
        "Give our user the rights: "
        f"sf org assign permset --name {INTEGRATION_SET} --on-behalf-of {username}"
    )
