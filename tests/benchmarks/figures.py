"""The measured figures of a fleet, and a table of all fleets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Memory in MB (PSS), time and CPU in seconds, idle CPU in cores."""

    size: int
    plain: bool
    bot_mb: float = 0.0  # bot and launcher, in addition to the fork server
    launcher_mb: float = 0.0  # the launcher's part of `bot_mb`
    talked_mb: float = 0.0  # `bot_mb` after each bot has answered a message
    fleet_mb: float = 0.0
    forkserver_mb: float = 0.0
    start_cpu: float = 0.0  # spawn to polling: launcher, bot, and the fork server's share
    start_cpu_alone: float = 0.0  # `start_cpu` while nothing else is starting
    ready_seconds: float = 0.0  # from supervisord's start until all bots poll
    master_seconds: float = 0.0  # from supervisord's start until the master polls
    busiest_second: int = 0  # most bots that started polling within one second
    talk_seconds: float = 0.0  # until every bot has answered a message
    onboard_seconds: float = 0.0
    onboard_each: list[float] = field(default_factory=list)
    idle_core: float = 0.0
    idle_bots: float = 0.0
    idle_rest: float = 0.0  # supervisord, master, fork server


ROWS: list[tuple[str, str, Callable[[Figures], float]]] = [
    ("Memory a bot, MB", "{:.1f}", lambda found: found.bot_mb),
    ("… after an answer, MB", "{:.1f}", lambda found: found.talked_mb),
    ("CPU a start, s", "{:.2f}", lambda found: found.start_cpu),
    ("All ready after, s", "{:.0f}", lambda found: found.ready_seconds),
    ("… a bot, s", "{:.2f}", lambda found: found.ready_seconds / found.size),
    ("… the master, s", "{:.0f}", lambda found: found.master_seconds),
    ("… most within a second", "{:.0f}", lambda found: found.busiest_second),
    ("Each answered a message, s", "{:.1f}", lambda found: found.talk_seconds),
    ("One more bot, s", "{:.2f}", lambda found: found.onboard_seconds),
    ("Idle CPU of all, % of a core", "{:.1f}", lambda found: 100 * found.idle_core),
]


def tabulate(found: Sequence[Figures]) -> str:
    """Return a Markdown table; sizes measured both plain and forked get a column of ratios."""
    pairs = [
        (plain, forked)
        for plain in found
        for forked in found
        if plain.plain and not forked.plain and plain.size == forked.size
    ]
    columns = [f"{one.size} plain" if one.plain else f"{one.size}" for one in found]
    columns += [f"plain ÷ forked, {plain.size}" for plain, _ in pairs]
    lines = ["| Bots | " + " | ".join(columns) + " |", "|---" + "|--:" * len(columns) + "|"]
    for title, form, value in ROWS:
        cells = [form.format(value(one)) for one in found]
        cells += [f"{value(plain) / value(forked):.1f}" for plain, forked in pairs]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
