"""How a login is refused over OAuth."""

__all__ = ["OAuthError"]


class OAuthError(Exception):
    """`error` is OAuth's code, `description` Salesforce's words."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description

    @property
    def status(self) -> int:
        """Return the HTTP status: 401 for a client that is not who it says, else 400."""
        return 401 if self.error == "invalid_client" else 400

    def body(self) -> dict[str, str]:
        """Return the error as the token endpoint shows it."""
        return {"error": self.error, "error_description": self.description}
