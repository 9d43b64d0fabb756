# SPDX-License-Identifier: Apache-2.0
"""A line plot as SVG: a documentation page shows it without a program or a library."""
from __future__ import annotations

from dataclasses import dataclass
from html import escape

# Okabe and Ito: told apart by colour-blind readers.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#a8507f", "#56b4e9", "#e69f00", "#57606a")
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 64, 16, 250, 48


@dataclass
class Line:
    """Points from left to right, and how they are named."""

    name: str
    points: list[tuple[float, float]]
    dashed: bool = False


@dataclass
class Plot:
    """Both axes start at 0 and are linear."""

    x_title: str
    y_title: str
    lines: list[Line]

    def svg(self) -> str:
        self.x_most = max(x for line in self.lines for x, _ in line.points)
        self.y_most = round_up(max(y for line in self.lines for _, y in line.points))
        parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
                 f'font-size="12">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>', *self.axes()]
        for index, line in enumerate(self.lines):
            parts += self.curve(line, index)
        return "\n".join([*parts, "</svg>", ""])

    def x(self, value: float) -> float:
        return LEFT + value / self.x_most * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self.y_most * (HEIGHT - TOP - BOTTOM)

    def axes(self) -> list[str]:
        parts = []
        for i in range(6):
            level, place = self.y_most * i / 5, self.x_most * i / 5
            parts.append(f'<line x1="{LEFT}" x2="{self.x(self.x_most):.1f}" y1="{self.y(level):.1f}" '
                         f'y2="{self.y(level):.1f}" stroke="#d0d7de"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{self.y(level) + 4:.1f}" text-anchor="end">{level:g}</text>')
            parts.append(f'<text x="{self.x(place):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{place:g}</text>')
        middle = (TOP + HEIGHT - BOTTOM) / 2
        parts.append(f'<text x="{self.x(self.x_most / 2):.1f}" y="{HEIGHT - 8}" text-anchor="middle">'
                     f'{escape(self.x_title)}</text>')
        parts.append(f'<text transform="rotate(-90 16 {middle})" x="16" y="{middle}" text-anchor="middle">'
                     f'{escape(self.y_title)}</text>')
        return parts

    def curve(self, line: Line, index: int) -> list[str]:
        colour = COLOURS[index % len(COLOURS)]
        dash = ' stroke-dasharray="6 4"' if line.dashed else ""
        points = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in line.points)
        level = TOP + 14 + 18 * index
        at = WIDTH - RIGHT + 16
        return [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>',
                f'<line x1="{at}" x2="{at + 26}" y1="{level - 4}" y2="{level - 4}" stroke="{colour}" stroke-width="2"{dash}/>',
                f'<text x="{at + 32}" y="{level}">{escape(line.name)}</text>']


def round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 5 of a decade, so that fifths are round."""
    decade = 1.0
    while decade < value:
        decade *= 10
    while decade / 10 >= value:
        decade /= 10
    return next(step * decade for step in (0.1, 0.2, 0.25, 0.5, 1.0) if step * decade >= value * 0.999)
