"""After a run both sides are counted; a difference that stays makes a walk over all Ids due."""

from collections.abc import Sequence
from dataclasses import replace

import structlog
from sqlalchemy import Engine

from crm_sync.mirror.run import Run
from crm_sync.mirror.walk_record import Walked, load_walked, store_walked

__all__ = ["reconcile"]

_log = structlog.get_logger(__name__)


def reconcile(run: Run, names: Sequence[str]) -> None:
    """Count the objects in the org and here, and note both in the report.

    People work meanwhile, so a difference alone says little; the same one after two runs in turn
    does, and the next run compares all Ids.
    """
    theirs = run.session.counts([f"SELECT COUNT() FROM {name}" for name in names])
    for name, org_rows in zip(names, theirs, strict=True):
        counts = run.report.objects[name]
        counts.org_rows, counts.here_rows = org_rows, run.rows_here(name)
        if org_rows is not None:
            _note(run.engine, name, org_rows - counts.here_rows)


def _note(engine: Engine, name: str, off_by: int) -> None:
    with engine.begin() as connection:
        walked = load_walked(connection, name) or Walked()
        stays = off_by != 0 and off_by == walked.off_by
        compared_at = None if stays else walked.compared_at
        noted = replace(walked, off_by=off_by, compared_at=compared_at)
        if noted != walked:
            store_walked(connection, name, noted)
            _log.info("mirror.counts_differ", object=name, off_by=off_by, stays=stays)
