"""A sheet of A4 to write on: one typeface, two weights, hairlines. Positions in points from the lower left corner.

The typeface is Inter, cut down to Latin, Greek, Cyrillic and the signs of currencies, its figures all of one width; it
lies beside this file and is embedded. The library is loaded when the first paper is drawn: no page needs it.
"""

import io
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent.parent / "fonts"
REGULAR, BOLD = "Inter", "Inter-SemiBold"
WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 68.0, WIDTH - 68.0, HEIGHT - 68.0, 62.0
INK, GREY, HAIR, ACCENT = (0.10, 0.12, 0.16), (0.36, 0.39, 0.45), (0.80, 0.82, 0.85), (0.12, 0.31, 0.47)


@cache
def _load() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont(REGULAR, FONTS / "inter-regular.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "inter-semibold.ttf"))


@cache
def printable() -> frozenset[int]:
    """Return the code points that can be printed."""
    from reportlab.pdfbase.ttfonts import TTFont

    return frozenset(TTFont(REGULAR, FONTS / "inter-regular.ttf").face.charToGlyph)


class Sheet:
    """Pages that are written from the top. `title` is all that the file says of itself: a number, no matter."""

    def __init__(self, *, title: str, language: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        _load()
        self._file = io.BytesIO()
        # `invariant`: no clock and no chance in the file
        self._canvas = Canvas(self._file, pagesize=(WIDTH, HEIGHT), invariant=1, lang=language)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("")
        self._canvas.setProducer("")
        self.y = TOP

    def write(
        self,
        words: str,
        *,
        at: float = LEFT,
        size: float = 9.5,
        bold: bool = False,
        colour: tuple[float, float, float] = INK,
        to_the_left: bool = False,
    ) -> None:
        """Write one line at the present height, beginning at `at`, or ending there."""
        self._canvas.setFont(BOLD if bold else REGULAR, size)
        self._canvas.setFillColorRGB(*colour)
        if to_the_left:
            self._canvas.drawRightString(at, self.y, words)
        else:
            self._canvas.drawString(at, self.y, words)

    def lines(self, words: str, *, width: float, size: float = 9.5, bold: bool = False) -> list[str]:
        """Break words into lines that are no wider than `width`; a word that is wider is broken too."""
        from reportlab.lib.utils import simpleSplit

        font, found = BOLD if bold else REGULAR, []
        for line in simpleSplit(words, font, size, width) or [""]:
            while line and self.width(line, size=size, bold=bold) > width:
                fits = next(n for n in range(len(line), 0, -1) if self.width(line[:n], size=size, bold=bold) <= width)
                found.append(line[:fits])
                line = line[fits:]
            found.append(line)
        return found

    def width(self, words: str, *, size: float = 9.5, bold: bool = False) -> float:
        """How wide a line is."""
        return float(self._canvas.stringWidth(words, BOLD if bold else REGULAR, size))

    def paragraph(
        self,
        words: str,
        *,
        width: float = RIGHT - LEFT,
        at: float = LEFT,
        size: float = 9.5,
        bold: bool = False,
        colour: tuple[float, float, float] = INK,
    ) -> None:
        """Write words in as many lines as it takes, and end below them."""
        for line in self.lines(words, width=width, size=size, bold=bold):
            self.write(line, at=at, size=size, bold=bold, colour=colour)
            self.y -= size * 1.5

    def rule(self, *, colour: tuple[float, float, float] = HAIR, weight: float = 0.6) -> None:
        """Draw a hairline across at the present height."""
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(weight)
        self._canvas.line(LEFT, self.y, RIGHT, self.y)

    def tag(self, words: str, *, at: float, size: float = 9) -> None:
        """Write a word in a frame whose right edge is at `at`."""
        wide = self.width(words, size=size, bold=True)
        self._canvas.setStrokeColorRGB(*ACCENT)
        self._canvas.setLineWidth(1)
        self._canvas.roundRect(at - wide - 16, self.y - 6, wide + 16, size + 12, 3)
        self.write(words, at=at - 8, size=size, bold=True, colour=ACCENT, to_the_left=True)

    def next_page(self) -> None:
        """Begin another page at its top."""
        self._canvas.showPage()
        self.y = TOP

    def done(self) -> bytes:
        """Return the file."""
        self._canvas.save()
        return self._file.getvalue()
