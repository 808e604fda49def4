"""Let a planned fault happen to a call, around the way in which it is usually answered."""

import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import unquote

from crm_sync.sandbox.faults import Action
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.refusing import refusing

__all__ = ["answer_with_faults"]

_VERSION = re.compile(r"/services/data/v\d+\.\d+(?=/|$)")
_IN_PATH = re.compile(r"/sobjects/(\w+)")
_FROM = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)
_IN_BODY = re.compile(r'"(?:type|object)"\s*:\s*"(\w+)"')
_JOB = re.compile(r"/jobs/(query|ingest)/(750\w+)")
_HTML = (
    "<html><head><title>Error {0}</title></head><body><h1>Error {0}</h1>"
    "<p>We are down for maintenance.</p></body></html>"
)

Answer = Callable[[Call], Reply]


def answer_with_faults(call: Call, answer: Answer) -> Reply:
    """Answer a call as `answer` does, unless a fault of the server's plan meets it."""
    plan = call.server.faults
    if not plan:
        return answer(call)
    action = plan.meet(call.method, _VERSION.sub("", call.path), _objects(call))
    return answer(call) if action is None else _faulty(call, action, answer)


def _faulty(call: Call, action: Action, answer: Answer) -> Reply:
    if action.slow:
        time.sleep(action.slow)
    call = _changed(call, action)
    if action.cut == "before":
        return Reply(500, cut_after=-1)
    stand_in = _stand_in(action)
    reply = _made(call, action, answer) if stand_in is None or action.applied else stand_in
    if action.cut == "after":
        return Reply(500, cut_after=-1)
    within = action.cut if isinstance(action.cut, int) else None
    told = stand_in or reply
    if action.short is not None:
        told = _shortened(told, action.short)
    return replace(told, headers={**told.headers, **action.headers}, cut_after=within)


def _changed(call: Call, action: Action) -> Call:
    """Change the org as the fault says, and return the call as it then is."""
    server = call.server
    if action.calls_left is not None:
        server.usage.leave(action.calls_left)
    if action.job and (named := _JOB.search(call.path)):
        server.jobs.end(named[1], named[2], action.job)
    if action.end_sessions:
        server.sessions.close_all()
        return replace(call, session=None)
    return call


def _stand_in(action: Action) -> Reply | None:
    """Return what is answered in place of the truth, if anything."""
    if action.html:
        return Reply(action.html, _HTML.format(action.html).encode(), "text/html;charset=UTF-8")
    if action.error:
        refusal = action.refusal
        body = [{"message": refusal.message, "errorCode": action.error}]
        return json_reply(body, refusal.status)
    return None


def _shortened(reply: Reply, size: int) -> Reply:
    """Return the reply with the start of its body only, as whole as it was."""
    pieces = [reply.body] if reply.stream is None else reply.stream
    return replace(reply, body=b"".join(pieces)[:size], stream=None)


def _made(call: Call, action: Action, answer: Answer) -> Reply:
    with ExitStack() as stack:
        if action.late:
            stack.enter_context(call.server.org.late())
            time.sleep(action.late)
        if action.rows:
            stack.enter_context(refusing(action.rows.refusal, action.rows.every))
        return answer(call)


def _objects(call: Call) -> set[str]:
    """Return the objects that a call is about, in lower case."""
    body = call.body.decode("utf-8", "replace")
    found = [
        *_IN_PATH.findall(call.path),
        *_FROM.findall(unquote(call.query.get("q", ""))),
        *_IN_BODY.findall(body),
    ]
    if '"query"' in body:
        found += _FROM.findall(body)
    if named := _JOB.search(call.path):
        job = call.server.jobs.store.find(named[1], named[2])
        found += [job.sobject] if job else []
    return {each.lower() for each in found}
