"""Drawing primitives for the schemes of the training documents."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

NAVY = HexColor("#1b3a5c")
BLUE = HexColor("#2f6db5")
SKY = HexColor("#e4eef8")
GAS = HexColor("#e0a020")
RED = HexColor("#c8402f")
GREEN = HexColor("#3c8d5a")
GREY = HexColor("#8a96a3")
PALE = HexColor("#f3f6f9")
INK = HexColor("#26323d")

Point = tuple[float, float]


class Sketch(Flowable):
    """A drawing of fixed size; a scheme function paints on it when the page is made."""

    def __init__(self, width: float, height: float, paint) -> None:
        super().__init__()
        self.width, self.height, self.paint = width, height, paint

    def draw(self) -> None:
        """Paint the background and then the scheme."""
        self.canv.setFillColor(PALE)
        self.canv.roundRect(0, 0, self.width, self.height, 6, stroke=0, fill=1)
        self.paint(Pen(self.canv))


class Pen:
    """Short names for what the schemes need from the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def line(
        self,
        points: Sequence[Point],
        color: Color = INK,
        width: float = 1,
        *,
        dash: Sequence[float] = (),
        curve: bool = False,
    ) -> None:
        """Draw a polyline, or a smooth curve through the points."""
        canvas = self.canvas
        canvas.setStrokeColor(color)
        canvas.setLineWidth(width)
        canvas.setDash(*([list(dash)] if dash else []))
        path = canvas.beginPath()
        path.moveTo(*points[0])
        for index in range(1, len(points)):
            if curve:
                path.curveTo(*smooth_step(points, index))
            else:
                path.lineTo(*points[index])
        canvas.drawPath(path)
        canvas.setDash()

    def shape(self, points: Sequence[Point], fill: Color, edge: Color | None = INK) -> None:
        """Fill a polygon."""
        canvas = self.canvas
        path = canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
        canvas.setFillColor(fill)
        canvas.setLineWidth(0.8)
        if edge:
            canvas.setStrokeColor(edge)
        canvas.drawPath(path, fill=1, stroke=1 if edge else 0)

    def arrow(
        self, points: Sequence[Point], color: Color = INK, width: float = 1.4, size: float = 5
    ) -> None:
        """Draw a polyline that ends in an arrow head."""
        self.line(points, color, width)
        (x1, y1), (x2, y2) = points[-2], points[-1]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1
        across, along = (x2 - x1) / length, (y2 - y1) / length
        base = (x2 - across * size * 1.6, y2 - along * size * 1.6)
        side = (-along * size * 0.7, across * size * 0.7)
        self.shape(
            [
                (x2, y2),
                (base[0] + side[0], base[1] + side[1]),
                (base[0] - side[0], base[1] - side[1]),
            ],
            color,
            None,
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 8,
        color: Color = INK,
        align: str = "center",
        bold: bool = False,
    ) -> None:
        """Write one or several lines around or from a point."""
        canvas = self.canvas
        canvas.setFillColor(color)
        canvas.setFont("Sans-Bold" if bold else "Sans", size)
        lines = words.split("\n")
        top = y + (len(lines) - 1) * size * 0.6 - size * 0.35
        write = {
            "center": canvas.drawCentredString,
            "left": canvas.drawString,
            "right": canvas.drawRightString,
        }[align]
        for index, line in enumerate(lines):
            write(x, top - index * size * 1.2, line)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        words: str = "",
        *,
        fill: Color = white,
        edge: Color = NAVY,
        color: Color = INK,
        size: float = 8,
        round_by: float = 4,
    ) -> None:
        """Draw a box with a caption in the middle."""
        canvas = self.canvas
        canvas.setFillColor(fill)
        canvas.setStrokeColor(edge)
        canvas.setLineWidth(1)
        canvas.roundRect(x, y, width, height, round_by, stroke=1, fill=1)
        if words:
            self.text(x + width / 2, y + height / 2, words, size=size, color=color)

    def circle(
        self, x: float, y: float, radius: float, *, fill: Color = white, edge: Color = NAVY
    ) -> None:
        """Draw a circle."""
        self.canvas.setFillColor(fill)
        self.canvas.setStrokeColor(edge)
        self.canvas.setLineWidth(1)
        self.canvas.circle(x, y, radius, stroke=1, fill=1)

    def valve(self, x: float, y: float, size: float = 7, color: Color = NAVY) -> None:
        """Draw the sign of a valve on a horizontal line."""
        self.shape(
            [
                (x - size, y - size * 0.7),
                (x - size, y + size * 0.7),
                (x + size, y - size * 0.7),
                (x + size, y + size * 0.7),
            ],
            white,
            color,
        )

    def axes(self, origin: Point, width: float, height: float, names: tuple[str, str]) -> None:
        """Draw two axes with their names."""
        x, y = origin
        self.arrow([(x, y), (x + width, y)])
        self.arrow([(x, y), (x, y + height)])
        self.text(x + width, y + 9, names[0], align="right")
        self.text(x + 7, y + height - 1, names[1], align="left")


def smooth_step(points: Sequence[Point], index: int) -> tuple[float, ...]:
    """Return the control points and the end of a Catmull-Rom piece that ends at `index`."""
    before = points[max(index - 2, 0)]
    start, end = points[index - 1], points[index]
    after = points[min(index + 1, len(points) - 1)]
    first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
    second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
    return (*first, *second, *end)
