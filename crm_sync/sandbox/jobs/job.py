"""One bulk job: what was asked for and how far it is."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["DELIMITERS", "ENDINGS", "Job", "JobState"]

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


class JobState(StrEnum):
    """How far a job is."""

    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self in {JobState.COMPLETE, JobState.FAILED, JobState.ABORTED}


@dataclass(frozen=True)
class Job:
    """A job as it was at one moment; `kind` is `query` or `ingest`.

    `created` and `changed` are instants as an org stores them; `header` names the columns of a
    query's result; `external_id` is the field by which an ingest job upserts.
    """

    id: str
    kind: str
    operation: str
    sobject: str
    user_id: str
    version: str
    created: str
    changed: str
    state: JobState
    delimiter: str = "COMMA"
    ending: str = "LF"
    query: str = ""
    external_id: str = ""
    header: tuple[str, ...] = ()
    processed: int = 0
    failed: int = 0
    uploaded: bool = False
    milliseconds: int = 0
    error: str = ""

    @property
    def separator(self) -> str:
        """Return the character between two columns."""
        return DELIMITERS[self.delimiter]

    @property
    def newline(self) -> str:
        """Return what ends a line."""
        return ENDINGS[self.ending]
