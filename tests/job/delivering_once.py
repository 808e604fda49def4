"""One delivery in a process of its own, for tests that kill it: store, org, key, secret, hours."""

import sys
from datetime import UTC, datetime, timedelta

from crm_sync.salesforce import CrmSettings, connect
from partners.job.delivering import deliver_all
from partners.job.lookback import look_back
from partners.store import open_store


def main(store_url: str, login_url: str, key: str, secret: str, hours: str) -> None:
    """Deliver what waits, some hours from now, and look back at what was delivered before."""
    given = {"login_url": login_url, "consumer_key": key, "consumer_secret": secret}
    settings = CrmSettings.model_validate({**given, "auth": "client_credentials", "retries": 2})
    session = connect(settings, sleep=lambda _: None)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    with open_store(store_url) as store:
        look_back(store, session)
        later = datetime.now(UTC) + timedelta(hours=float(hours))
        deliver_all(store, session, later, lambda *_: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
