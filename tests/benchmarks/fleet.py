"""Measure fleets of ten to a thousand forked bots, and compare them with plainly started bots.

    python -m tests.benchmarks.fleet [--sizes 10 100 300 1000] [--plain 10 100] [--idle 100]
                                     [--output build/benchmarks]

Each fleet is a complete installation in a new folder, with supervisord, master, fork server and the
sandbox in place of Telegram and OpenAI. Writes `fleet.json`, `fleet.md` and `fleet.svg`. A fleet
that does not fit into memory is skipped: a forked bot takes 15 MB, a plain one 170. All sizes take
about an hour on two cores, most of it for the hundred plain bots.
"""

import argparse
import asyncio
import json
import logging
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.charts import draw
from tests.benchmarks.figures import Figures, tabulate
from tests.benchmarks.fleets import FIRST_USER, Fleet, start_fleet
from tests.benchmarks.processes import read_cpu, read_free_memory, read_pss, sum_cpu

SIZES = (10, 100, 300, 1_000)
PLAIN_SIZES = (10, 100)
BOT_MB, PLAIN_MB, REST_MB = 18, 175, 1_500  # with a margin for the work that the bots are given
NEWCOMERS = 5  # onboarded one after another; the median counts
SETTLING_TIME = 5.0  # seconds from the last start until memory is measured

log = logging.getLogger("fleet")


async def measure(folder: Path, size: int, idle_time: float, *, plain: bool) -> Figures:
    """Start one fleet and measure it. `idle_time` is in seconds."""
    async with start_fleet(folder, size, plain=plain) as fleet:
        figures = Figures(size, plain)
        figures.ready_seconds = await fleet.boot()
        figures.master_seconds = fleet.master_after
        figures.busiest_second = fleet.find_busiest_second()
        await asyncio.sleep(SETTLING_TIME)
        server = None if plain else await fleet.server_pid()
        figures.forkserver_mb = read_pss(server) if server else 0.0
        figures.fleet_mb = await fleet.measure_memory()
        figures.bot_mb = figures.fleet_mb / size
        launchers = [start.report.launcher for start in fleet.starts.values()]
        figures.launcher_mb = sum(read_pss(pid) for pid in launchers if pid) / size
        await measure_idle(figures, fleet, idle_time)
        figures.talk_seconds = await fleet.converse()
        figures.talked_mb = await fleet.measure_memory() / size
        share_before = read_cpu(server) if server else 0.0
        newcomers = range(FIRST_USER + size, FIRST_USER + size + NEWCOMERS)
        figures.onboard_each = [await fleet.onboard(user_id) for user_id in newcomers]
        figures.onboard_seconds = statistics.median(figures.onboard_each)
        share = (read_cpu(server) - share_before) / NEWCOMERS if server else 0.0
        own_cpu = [start.cpu for start in fleet.starts.values()]
        figures.start_cpu = statistics.mean(own_cpu) + share
        figures.start_cpu_alone = statistics.mean(own_cpu[-NEWCOMERS:]) + share
        return figures


async def measure_idle(figures: Figures, fleet: Fleet, idle_time: float) -> None:
    supervised = await fleet.all_pids()
    bots = fleet.bot_pids()
    rest = [pid for pid in supervised if pid not in set(bots)]
    before, bots_before, begun = sum_cpu(rest), sum_cpu(bots), time.monotonic()
    await asyncio.sleep(idle_time)
    took = time.monotonic() - begun
    figures.idle_bots = (sum_cpu(bots) - bots_before) / took
    figures.idle_rest = (sum_cpu(rest) - before) / took
    figures.idle_core = figures.idle_bots + figures.idle_rest


async def measure_all(options: argparse.Namespace, folder: Path) -> list[Figures]:
    runs = [(size, True) for size in options.plain] + [(size, False) for size in options.sizes]
    found = []
    for size, plain in runs:
        kind = "plain" if plain else "forked"
        needed, free = REST_MB + size * (PLAIN_MB if plain else BOT_MB), read_free_memory()
        if needed > free:
            log.info("%d bots, %s: left out, %d MB are free of %d", size, kind, free, needed)
            continue
        log.info("%d bots, %s", size, kind)
        figures = await measure(folder / f"{kind}-{size}", size, options.idle, plain=plain)
        log.info("%s", figures)
        found.append(figures)
        write_results(found, options.output)  # now, because a later fleet may fail
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.fleet",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of bots")
    parser.add_argument("--plain", type=int, nargs="*", default=PLAIN_SIZES, help="plain bots")
    parser.add_argument("--idle", type=float, default=100.0, help="seconds of idling measured")
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel("WARNING")
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))  # for the sandbox
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        found = asyncio.run(measure_all(options, Path(folder)))
    sys.stdout.write(tabulate(found))


def write_results(found: list[Figures], output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, "
    machine += f"Python {platform.python_version()}"
    result = {"machine": machine, "fleets": [asdict(figures) for figures in found]}
    (output / "fleet.json").write_text(json.dumps(result, indent=2) + "\n")
    (output / "fleet.md").write_text(tabulate(found))
    (output / "fleet.svg").write_text(draw(found))


if __name__ == "__main__":
    main()
