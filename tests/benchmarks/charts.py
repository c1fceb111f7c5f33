"""Draw four growth curves as one SVG, without a plotting library."""

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, log10
from statistics import linear_regression

from tests.benchmarks.figures import Figures

WIDTH, HEIGHT = 360, 240  # pixels, of one panel
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 36
FORKED, PLAIN, INK, GRID = "#2563eb", "#dc2626", "#374151", "#e5e7eb"

PANELS: list[tuple[str, str, Callable[[Figures], float]]] = [
    ("Memory of all bots", "GB", lambda found: found.fleet_mb / 1_000),
    ("CPU of all starts", "s", lambda found: found.start_cpu * found.size),
    ("All bots ready after", "s", lambda found: found.ready_seconds),
    ("One more bot, from key to running", "s", lambda found: found.onboard_seconds),
]


def draw(found: Sequence[Figures]) -> str:
    """Return the SVG: each figure by number of bots, for forked and plain starts."""
    panels = [
        f'<g transform="translate({WIDTH * (index % 2)},{HEIGHT * (index // 2)})">'
        + _draw_panel(title, unit, value, found)
        + "</g>"
        for index, (title, unit, value) in enumerate(PANELS)
    ]
    width, height = 2 * WIDTH, 2 * HEIGHT + 30
    legend = _text(LEFT, height - 10, "● forked", FORKED) + _text(
        LEFT + 80, height - 10, "● plain start", PLAIN
    )
    legend += _text(LEFT + 190, height - 10, "┄ the straight line nearest to forked", INK)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="white"/>'
        + "".join(panels)
        + legend
        + "</svg>\n"
    )


def _draw_panel(
    title: str, unit: str, value: Callable[[Figures], float], found: Sequence[Figures]
) -> str:
    widest = max((one.size for one in found), default=1)
    highest = _round_up(max((value(one) for one in found), default=1.0))

    def place(size: float, height: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * size / widest
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * height / highest
        return round(x, 1), round(y, 1)

    parts = [_text(LEFT, 22, f"{title}, {unit}", INK, bold=True)]
    for step in range(5):
        height = highest * step / 4
        x, y = place(0, height)
        end, _ = place(widest, height)
        parts.append(f'<path d="M{x} {y}H{end}" stroke="{GRID}"/>')
        parts.append(_text(x - 6, y + 4, f"{height:g}", INK, anchor="end"))
    sizes = sorted({one.size for one in found})
    for size in [size for size in sizes if size >= widest / 12]:
        x, y = place(size, 0)
        parts.append(_text(x, y + 16, str(size), INK, anchor="middle"))
    forked = [(one.size, value(one)) for one in found if not one.plain]
    if len(forked) > 1:
        slope, zero = linear_regression(*zip(*forked, strict=True))
        ends = [place(size, zero + slope * size) for size in (forked[0][0], forked[-1][0])]
        line = " ".join(f"{x},{y}" for x, y in ends)
        parts.append(f'<polyline points="{line}" stroke="{INK}" stroke-dasharray="3 3"/>')
    for plain, colour in ((True, PLAIN), (False, FORKED)):
        points = [place(one.size, value(one)) for one in found if one.plain is plain]
        line = " ".join(f"{x},{y}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in points]
    return "".join(parts)


def _round_up(value: float) -> float:
    """Round up to a number whose quarters make readable axis labels."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** ceil(log10(value) - 1)
    return next(factor * unit for factor in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
                if factor * unit >= value)  # fmt: skip


def _text(
    x: float, y: float, words: str, colour: str, *, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'
