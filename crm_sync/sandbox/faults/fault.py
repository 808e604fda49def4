"""One fault: which calls it meets, how often, and what it does to them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.faults.known import KNOWN, KnownError
from partner_lifecycle.names import nearest

__all__ = ["Action", "Fault", "Rows", "When"]

Seconds = Annotated[float, Field(gt=0, le=600)]
Count = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class When(_Strict):
    """Which calls a fault meets: all that fit every part given.

    `path` is a pattern (`*` is anything) for what follows /services/data/vXX.X, or for the whole
    path of another address; `object` is one that the call reads, writes or has a job for. RUN is
    not a call but a bulk job that begins to run: there `slow`, `error` and `rows` count.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "RUN"] | None = None
    path: str = "*"
    object: str | None = None


class Rows(_Strict):
    """Refuse each `every`th record that a call writes; the others are saved."""

    error: str
    every: Count = 1

    @property
    def refusal(self) -> OrgError:
        """Return the error of a refused record."""
        return OrgError(self.error, KNOWN[self.error].message)

    @field_validator("error")
    @classmethod
    def _known(cls, code: str) -> str:
        return _known_code(code)


class Action(_Strict):
    """What happens; parts that can go together do.

    `slow` waits before all else. `calls_left` and `end_sessions` change the org before the call,
    `job` ends or removes the bulk job in its path. `error` (by code) or `html` (a page with that
    status) stands in for the answer; the call is made all the same when it is `applied`. `rows`
    refuses records within a call. `late` makes its writes visible that many seconds after the time
    they carry. `cut` drops the connection: `before` the call is made, `after` it without an answer,
    or within its answer after so many bytes of the body. `short` ends the body after so many bytes
    as if that were all of it.
    """

    slow: Seconds | None = None
    calls_left: Annotated[int, Field(ge=0)] | None = None
    end_sessions: bool = False
    job: Literal["Failed", "Aborted", "gone"] | None = None
    error: str | None = None
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    message: str | None = None
    html: Annotated[int, Field(ge=200, le=599)] | None = None
    applied: bool = False
    rows: Rows | None = None
    late: Seconds | None = None
    cut: str | int | None = None
    short: Annotated[int, Field(ge=0)] | None = None
    headers: dict[str, str] = Field(default_factory=dict)

    @field_validator("cut")
    @classmethod
    def _place(cls, cut: str | int | None) -> str | int | None:
        if isinstance(cut, str) and cut not in {"before", "after"}:
            raise _wrong("write before, after, or a number of bytes")
        if isinstance(cut, int) and cut < 0:
            raise _wrong("write a number of bytes from 0 on")
        return cut

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not self.model_fields_set:
            raise _wrong(
                "say what happens: slow, error, html, rows, late, cut, job, calls_left ..."
            )
        if self.error and self.html:
            raise _wrong("an answer is either an error or html, not both")
        if (self.status or self.message) and not self.error:
            raise _wrong("status and message belong to an error")
        if self.error and not (self.status and self.message):
            _known_code(self.error)
        if self.applied and not (self.error or self.html):
            raise _wrong("applied belongs to an error or html; a lost answer is cut: after")
        return self

    @property
    def refusal(self) -> KnownError:
        """Return the status and words of the error."""
        usual = KNOWN.get(self.error or "", KnownError(400, ""))
        return KnownError(self.status or usual.status, self.message or usual.message)


class Fault(_Strict):
    """What happens to which of the calls that fit: to the `nth`, to every, by chance, or to all.

    Calls are counted from 1; at most `times` of them are met.
    """

    when: When = When()
    nth: tuple[Count, ...] | None = Field(default=None, strict=False)
    every: Count | None = None
    chance: Annotated[float, Field(gt=0, le=1)] | None = None
    times: Count | None = None
    do: Action

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(each is not None for each in (self.nth, self.every, self.chance)) > 1:
            raise _wrong("choose calls by nth, every or chance: one of them")
        return self


def _wrong(what: str) -> PydanticCustomError:
    return PydanticCustomError("fault", "{what}", {"what": what})


def _known_code(code: str) -> str:
    if code not in KNOWN:
        near = nearest(code, KNOWN)
        hint = f"did you mean {near}?" if near else "give it a status and a message"
        raise _wrong(f"{code!r} is not an error that the org knows: {hint}")
    return code
