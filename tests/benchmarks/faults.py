"""Inject faults into a live installation under load, and count lost and duplicated work.

    python -m tests.benchmarks.faults [--questions 500] [--uploads 50] [--newcomers 5] [--owners 4]
                                      [--seed 1] [--pause 2.0]

Starts a complete installation in a new folder, with the sandbox in place of Telegram and OpenAI.
Owners ask and upload while processes are killed and services fail at random. In the end, every
question must have exactly one complete answer, every upload one document and one line that says so,
every newcomer a running bot, and no message may still announce work in progress.
"""

import argparse
import asyncio
import logging
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.acceptance.person import Person
from tests.acceptance.running_system import RunningSystem, onboard, start_system
from tests.benchmarks.disk import Disk, mount_disk
from tests.benchmarks.fault_injection import KINDS, FaultInjector, count_pending, list_documents
from tests.benchmarks.network import Network
from tests.benchmarks.owners import HANDBOOK, Newcomer, Owner

FIRST_USER = 730_000_001

log = logging.getLogger("faults")


@dataclass(frozen=True)
class Plan:
    """The load and the faults of a run.

    `pause` is the mean number of seconds between faults; `patience`, also in seconds, limits the
    wait for results after the last one.
    """

    questions: int
    uploads: int
    newcomers: int = 0
    owners: int = 4
    seed: int = 1
    pause: float = 2.0
    patience: float = 240.0
    kinds: tuple[str, ...] | None = None  # the faults to inject, in order, instead of random ones
    only: tuple[str, ...] = ()  # the kinds to choose from, instead of all


@dataclass
class Tally:
    """The results of a run; each entry describes an item and the faults around its sending time."""

    sent: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)  # the person was told to try again
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)  # messages that still announce work in progress
    faults: Counter[str] = field(default_factory=Counter)
    sent_during: Counter[str] = field(default_factory=Counter)
    lost_during: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def __str__(self) -> str:
        kinds = (*(kind for kind in KINDS if self.faults[kind]), "(before the first)")
        lines = [
            f"{'':<32}{'faults':>8}{'sent':>8}{'lost or doubled':>18}",
            *(
                f"{kind:<32}{self.faults[kind]:>8}{self.sent_during[kind]:>8}"
                f"{self.lost_during[kind]:>18}"
                for kind in kinds
            ),
            "",
            *(f"{what}: {self.sent[what]} sent, {self.done[what]} done" for what in self.sent),
            f"told to try again: {len(self.told)}, lost: {len(self.lost)}",
            f"doubled: {len(self.doubled)}, left behind: {len(self.strays)}; {self.seconds:.0f} s",
        ]
        for title in ("told", "lost", "doubled", "strays"):
            lines += [f"{title}: {entry}" for entry in getattr(self, title)]
        return "\n".join(lines)


@dataclass
class Scene:
    """An installation, its network proxy, and its disk if one could be mounted."""

    system: RunningSystem
    network: Network
    disk: Disk | None


@contextmanager
def set_scene() -> Iterator[Scene]:
    """Start an installation in a new folder, on a small disk if mounting is permitted."""
    with ExitStack() as stack:
        # A unix socket's path is limited to 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="faults"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        disk = stack.enter_context(mount_disk(folder))
        if disk is None:
            log.warning("No disk is ever full: nothing can be mounted here")
        network = Network()
        stack.callback(network.close)
        system = stack.enter_context(start_system(folder / "state", network.lead_to))
        yield Scene(system, network, disk)


async def run(scene: Scene, plan: Plan) -> Tally:
    """Run the load with faults, wait until all work is done, and count the results."""
    system, chance = scene.system, random.Random(plan.seed)
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        injector = FaultInjector(system, client, chance, scene.network, scene.disk, plan.only)
        people = [
            Person(client, FIRST_USER + number) for number in range(plan.owners + plan.newcomers)
        ]
        owners = [
            await settle_in(person, f"owner{number}_bot")
            for number, person in enumerate(people[: plan.owners])
        ]
        newcomers = [
            Newcomer(person, f"newcomer{number}_bot")
            for number, person in enumerate(people[plan.owners :])
        ]
        injector.user_ids = [owner.person.user_id for owner in owners]
        began = time.time()
        talking = asyncio.ensure_future(_talk(plan, owners, newcomers, injector, chance))
        try:
            await _break(plan, injector, talking)
            await talking
        finally:
            talking.cancel()
        await injector.clear()
        await _wait_until_over(system, owners, plan.patience)
        for newcomer in newcomers:
            await newcomer.look()
        tally = _count(system, owners, newcomers, injector)
        tally.seconds = time.time() - began
    return tally


async def settle_in(person: Person, bot: str) -> Owner:
    """Onboard an owner whose bot has one document to ask about."""
    await onboard(person, bot)
    await person.ask(bot, "/start", "Hello")
    sent = await person.upload(bot, HANDBOOK)
    await person.expect(bot, "Ask me about it", after=sent)
    return Owner(person, bot)


async def _talk(
    plan: Plan,
    owners: list[Owner],
    newcomers: list[Newcomer],
    injector: FaultInjector,
    chance: random.Random,
) -> None:
    errands = ["question"] * plan.questions + ["upload"] * plan.uploads
    chance.shuffle(errands)
    async with asyncio.TaskGroup() as tasks:
        for number, newcomer in enumerate(newcomers):
            tasks.create_task(_come_later(newcomer, number * 10.0, injector, plan.patience))
        for number, errand in enumerate(errands):
            owner = owners[number % len(owners)]
            async with injector.road:
                act = owner.ask if errand == "question" else owner.upload
                await act(f"{errand[0]}{number}x")
            await asyncio.sleep(chance.uniform(0.1, 0.9))
            while await asyncio.to_thread(_backlog, injector, owners) > 3 * len(owners):
                await asyncio.sleep(0.5)  # people wait for answers, too


async def _come_later(
    newcomer: Newcomer, delay: float, injector: FaultInjector, patience: float
) -> None:
    await asyncio.sleep(delay)
    await newcomer.begin(injector.road, patience)


def _backlog(injector: FaultInjector, owners: list[Owner]) -> int:
    return sum(count_pending(injector.system, owner.person.user_id) for owner in owners)


async def _break(plan: Plan, injector: FaultInjector, talking: "asyncio.Future[None]") -> None:
    kinds = iter(plan.kinds or ())
    while True:
        kind = next(kinds, None) if plan.kinds else injector.choose()
        if kind is None or (talking.done() and not plan.kinds):
            return
        await injector.strike(kind)
        await asyncio.sleep(plan.pause * injector.chance.uniform(0.5, 1.5))


async def _wait_until_over(system: RunningSystem, owners: list[Owner], patience: float) -> None:
    """Wait up to `patience` seconds for all results; what is missing afterwards is lost."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        pending = [count_pending(system, owner.person.user_id) for owner in owners]
        for owner in owners:
            await owner.look()
        over = all(
            question.answers or question.refusals
            for owner in owners
            for question in owner.questions
        ) and all(owner.lines_about(name) for owner in owners for name in owner.uploads)
        if over and not any(pending):
            break
        await asyncio.sleep(1)
    await asyncio.sleep(2)  # for the last edits of messages
    for owner in owners:
        await owner.look()


def _count(
    system: RunningSystem, owners: list[Owner], newcomers: list[Newcomer], injector: FaultInjector
) -> Tally:
    tally = Tally(faults=Counter(kind for _, kind in injector.history))

    def note(what: str, sent_at: float, *, lost: bool, doubled: bool) -> None:
        before = [kind for at, kind in injector.history if at <= sent_at]
        tally.sent_during[before[-1] if before else "(before the first)"] += 1
        tally.lost_during[before[-1] if before else "(before the first)"] += lost or doubled
        near = [kind for at, kind in injector.history if sent_at - 5 <= at <= sent_at + 15]
        if lost:
            tally.lost.append(f"{what}; {near}")
        if doubled:
            tally.doubled.append(f"{what}; {near}")

    for owner in owners:
        for question in owner.questions:
            tally.sent["questions"] += 1
            tally.done["questions"] += len(question.answers) == 1
            what = f"{owner.bot} question {question.marker}"
            note(
                what,
                question.sent_at,
                lost=not (question.answers or question.refusals),
                doubled=len(question.answers) + len(question.refusals) > 1,
            )
            tally.told += [f"{what}: {shown['text']}" for shown in question.refusals]
            tally.strays += [f"{what}: {shown['text']!r}" for shown in question.strays]
        documents = Counter(list_documents(system, owner.person.user_id))
        for name, sent_at in owner.uploads.items():
            lines = owner.lines_about(name)
            good = sum(line.startswith("✅") for line in lines)
            tally.sent["uploads"] += 1
            tally.done["uploads"] += documents[name] == 1 and good == 1
            refused = any(line.startswith("❌") for line in lines)
            what = f"{owner.bot} upload {name}: {lines}"
            lost = not refused and not (documents[name] and good)
            note(what, sent_at, lost=lost, doubled=documents[name] > 1 or good > 1)
            tally.told += [what] if refused else []
            tally.strays += [what for line in lines if line[0] in "⏳🕓⏸"]
    for newcomer in newcomers:
        tally.sent["newcomers"] += 1
        tally.done["newcomers"] += not newcomer.incident
        tally.lost += [f"{newcomer.bot}: {newcomer.incident}"] if newcomer.incident else []
        tally.strays += [f"{newcomer.bot}: {text!r}" for text in newcomer.left_behind]
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--uploads", type=int, default=50)
    parser.add_argument("--newcomers", type=int, default=5)
    parser.add_argument("--owners", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between faults")
    parser.add_argument("--keep", type=Path, help="copy the state to this folder, to read the logs")
    parser.add_argument(
        "--only", nargs="*", choices=KINDS, metavar="KIND", help="faults to choose from"
    )
    options = vars(parser.parse_args())
    keep = options.pop("keep")
    options["only"] = tuple(options["only"] or ())
    logging.basicConfig(format="%(asctime)s %(message)s")
    log.setLevel(logging.INFO)
    with set_scene() as scene:
        log.info("In %s", scene.system.state)
        try:
            print(asyncio.run(run(scene, Plan(**options))))
        finally:
            if keep is not None:
                shutil.copytree(scene.system.state, keep, ignore=_leave_out_sockets)


def _leave_out_sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if (Path(folder) / name).is_socket()}


if __name__ == "__main__":
    main()
