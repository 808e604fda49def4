"""Run another program's entry point (`module:function`) with Salesforce's login led elsewhere.

It runs in the environment of that program, which speaks HTTP by requests: SALESFORCE_LOGIN is the
address that stands for https://login.salesforce.com. The org's own address comes with the login.
SALESFORCE_FIELDS are all that its user sees of any object, so that it reads what others read.
"""

import json
import os
import sys
from importlib import import_module
from typing import Any

from requests import Response
from requests.adapters import HTTPAdapter

_LOGIN = "https://login.salesforce.com"


def _aim(login: str, fields: set[str]) -> None:
    send = HTTPAdapter.send

    def led(self: HTTPAdapter, request: Any, **given: Any) -> Response:
        request.url = request.url.replace(_LOGIN, login, 1)
        answer = send(self, request, **given)
        if request.url.endswith("/describe"):
            told = answer.json()
            told["fields"] = [each for each in told["fields"] if each["name"] in fields]
            answer._content = json.dumps(told).encode()
        return answer

    HTTPAdapter.send = led  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    _aim(os.environ["SALESFORCE_LOGIN"], set(os.environ["SALESFORCE_FIELDS"].split(",")))
    module, _, function = sys.argv.pop(1).partition(":")
    getattr(import_module(module), function)()
