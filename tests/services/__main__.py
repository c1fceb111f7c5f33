"""Walk a person's road at every played service, and print the table.

`python -m tests.services [--readme] [name …]`: all services, or those whose names contain one of
the words. `--readme` prints the shorter table of the README instead, which needs no road.
"""

import argparse
import asyncio
import logging
import tempfile
from pathlib import Path

from tests.services.road import Outcome, walk
from tests.services.service import Service, load_services
from tests.services.tables import render_outcomes, render_services


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.services", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="print the table of the README")
    parser.add_argument("names", nargs="*", help="parts of names of services")
    arguments = parser.parse_args()
    words = [name.casefold() for name in arguments.names] or [""]
    services = [
        service
        for service in load_services()
        if any(word in service.name.casefold() for word in words)
    ]
    if arguments.readme:
        print(render_services(services))
        return
    logging.disable(logging.WARNING)
    outcomes = asyncio.run(_walk(services))
    print(render_outcomes(outcomes))
    if not all(outcome.is_complete for outcome in outcomes):
        raise SystemExit(1)


async def _walk(services: list[Service]) -> list[Outcome]:
    outcomes = []
    for service in services:
        with tempfile.TemporaryDirectory(prefix="tgrag-") as home:
            outcomes.append(await walk(service, Path(home)))
    return outcomes


if __name__ == "__main__":
    main()
