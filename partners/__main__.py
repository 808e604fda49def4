"""`partners` and `python -m partners`."""

import sys

from partner_lifecycle import PartnerLifecycleError
from partners.cli.app import app, debugging
from partners.console import defect, failed, stopped

__all__ = ["main"]


def main() -> None:
    """Run the command line; end with 0, 1 (a person must look), 2 (misuse) or 3 (out of reach).

    Ctrl-C ends it with 130, a defect with 70.
    """
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(stopped())
    except PartnerLifecycleError as error:
        if debugging():
            raise
        sys.exit(failed(error))
    except Exception as error:
        if debugging():
            raise
        sys.exit(defect(error))


if __name__ == "__main__":
    main()
