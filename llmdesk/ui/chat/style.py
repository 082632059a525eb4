"""Type and colours of the conversation, made once per theme (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QTextBlockFormat, QTextCharFormat, QTextOption
from PySide6.QtWidgets import QLayout, QWidget

from llmdesk.ui.chat.markdown.leaves import Span, TextLeaf
from llmdesk.ui.kit.fonts import weigh
from llmdesk.ui.kit.theme import Theme, code_font, icon, ui_font

TEXT_PX = 15
LINE_PX = 24
CODE_PX = 13
CODE_LINE_PX = 20
SMALL_PX = 12.5
LIST_INDENT_PX = 28
MARKER_PX = 20
MARKER_GAP_PX = 6
QUOTE_INDENT_PX = 16
MAX_INDENT_LEVELS = 8
BLOCK_GAP_PX = 12
SCROLL_BAR_PX = 12
_HEADING_PX = {0: 15, 1: 22, 2: 19, 3: 17, 4: 15, 5: 15, 6: 15}


class ChatStyle(QObject):
    """Fonts and text formats.

    Signals:
        changed(): light became dark or the other way round; widgets take their colours anew.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.text_font = ui_font(TEXT_PX)
        self._text_metrics = QFontMetricsF(self.text_font)
        self.small_font = ui_font(SMALL_PX)
        self.small_font.setPixelSize(round(SMALL_PX))
        self.button_font = ui_font(14, QFont.Weight.Medium)
        self.code_font = code_font(CODE_PX)
        self._formats: dict[tuple[object, ...], QTextCharFormat] = {}
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        theme.changed.connect(self._on_theme_changed)

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour of the theme."""
        return self.theme.color(name, alpha)

    def css(self, name: str, alpha: float = 1.0) -> str:
        """A colour of the theme for a style sheet."""
        color = self.theme.color(name, alpha)
        return f"rgba({color.red()}, {color.green()}, {color.blue()}, {color.alpha()})"

    def scroll_bar_css(self) -> str:
        """A thin handle without a trough or arrows, in both directions."""
        return (
            "QScrollBar { background: transparent; margin: 0; }"
            f"QScrollBar:vertical {{ width: {SCROLL_BAR_PX}px; }}"
            f"QScrollBar:horizontal {{ height: {SCROLL_BAR_PX}px; }}"
            f"QScrollBar::handle {{ background: {self.css('secondary', 0.35)}; border-radius: 3px; margin: 3px; }}"
            "QScrollBar::handle:vertical { min-height: 32px; }"
            "QScrollBar::handle:horizontal { min-width: 32px; }"
            f"QScrollBar::handle:hover {{ background: {self.css('secondary', 0.6)}; }}"
            "QScrollBar::handle:disabled { background: transparent; }"
            "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
            "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
        )

    def icon(self, name: str, color: str = "secondary", size_px: int = 18) -> QIcon:
        """An icon in a colour of the theme."""
        key = (name, color, size_px)
        if key not in self._icons:
            self._icons[key] = icon(name, self.color(color), size_px)
        return self._icons[key]

    def char_format(self, span: Span, heading: int = 0, quoted: bool = False) -> QTextCharFormat:
        """How a run of text looks; made once per style."""
        key = (span.bold, span.italic, span.code, span.strike, span.link, heading, quoted)
        found = self._formats.get(key)
        if found is None:
            found = self._formats[key] = self._make_format(span, heading, quoted)
            if len(self._formats) > 500:  # links have a format each
                self._formats.clear()
        return found

    def _make_format(self, span: Span, heading: int, quoted: bool) -> QTextCharFormat:
        result = QTextCharFormat()
        result.setFont(self._font(span, heading))
        result.setForeground(self.color("secondary" if quoted else "text"))
        if span.code:
            result.setBackground(self.color("raised"))
        if span.link:
            result.setAnchor(True)
            result.setAnchorHref(span.link)
            result.setToolTip(span.link)
            result.setForeground(self.color("accent"))
            result.setFontUnderline(True)
        return result

    def _font(self, span: Span, heading: int) -> QFont:
        size_px = _HEADING_PX[heading]
        font = QFont(self.code_font if span.code else self.text_font)
        font.setPixelSize(size_px - 1 if span.code else size_px)
        if heading or span.bold:
            weigh(font, QFont.Weight.DemiBold)
        font.setItalic(span.italic)
        font.setStrikeOut(span.strike)
        return font

    def block_format(self, leaf: TextLeaf, previous: TextLeaf | None, list_level: int) -> QTextBlockFormat:
        """Spacing, indent and line height of a paragraph; ``previous`` is the one above in the same document."""
        result = QTextBlockFormat()
        height_px = round(_HEADING_PX[leaf.heading] * 1.35) if leaf.heading else LINE_PX
        result.setLineHeight(height_px, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        result.setTopMargin(gap_px(leaf, previous))
        indent_px = min(list_level, MAX_INDENT_LEVELS) * LIST_INDENT_PX
        result.setLeftMargin(indent_px)
        if leaf.marker:
            marker_px = max(MARKER_PX, math.ceil(self._text_metrics.horizontalAdvance(leaf.marker)) + MARKER_GAP_PX)
            result.setLeftMargin(max(indent_px, marker_px))
            result.setTextIndent(-marker_px)
            result.setTabPositions([QTextOption.Tab(marker_px, QTextOption.TabType.LeftTab)])
        if leaf.heading:
            result.setHeadingLevel(leaf.heading)
        return result

    @Slot()
    def _on_theme_changed(self) -> None:
        self._formats.clear()
        self._icons.clear()
        self.changed.emit()


def gap_px(leaf: TextLeaf, previous: TextLeaf | None) -> int:
    """Space above a paragraph that is not the first of its document."""
    if previous is None or leaf.continues:
        return 0
    if leaf.heading:
        return 22 if leaf.heading <= 2 else 18
    if leaf.path and previous.path:
        return 4 if leaf.marker else 8
    return 8 if previous.heading else BLOCK_GAP_PX


def keep_painted(*widgets: QWidget) -> None:
    """For widgets that grow downwards and look the same above: only what is new below gets painted.

    Call it when the widget has its layout: that makes room at once. Otherwise the layouts, which are told one after the
    other from the inside out, would squeeze what is there until the outermost one has grown.
    """
    for widget in widgets:
        widget.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        if (layout := widget.layout()) is not None:
            layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)


def set_text_color(widget: QWidget, color: QColor) -> None:
    """The colour of a label or of plain text."""
    palette = widget.palette()
    for role in (palette.ColorRole.WindowText, palette.ColorRole.Text, palette.ColorRole.ButtonText):
        palette.setColor(role, color)
    widget.setPalette(palette)


ALIGNMENTS = {
    "": Qt.AlignmentFlag.AlignLeft,
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
LINE_SEPARATOR = "\u2028"
