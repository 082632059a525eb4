"""Type and colours of the conversation, made once per theme and zoom (GUI thread only)."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QLayout, QWidget

from llmdesk.ui.chat.markdown.bidi import is_right_to_left
from llmdesk.ui.chat.markdown.citations import is_source, source_number
from llmdesk.ui.chat.markdown.formulas import Formulas
from llmdesk.ui.chat.markdown.leaves import Span, TextLeaf
from llmdesk.ui.kit.fonts import cjk_runs, weigh
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import SIZES_PX
from llmdesk.ui.kit.words import tr

# Pixels at 100 %; ``ChatStyle.px`` scales them.
CHAT_TEXT_WIDTH_PX = 744
LINE_PX = 24
CODE_LINE_PX = 20
LIST_INDENT_PX = 28
MARKER_PX = 20
MARKER_GAP_PX = 6
QUOTE_INDENT_PX = 16
MAX_INDENT_LEVELS = 8
BLOCK_GAP_PX = 12
TAB_COLUMNS = 4
_BODY_PX = SIZES_PX["body"]
_HEADING_PX = {0: _BODY_PX, 1: 22, 2: 19, 3: 17, 4: _BODY_PX, 5: _BODY_PX, 6: _BODY_PX}


class ChatStyle(QObject):
    """Fonts and text formats.

    Signals:
        changed(): colours or sizes changed; widgets take both anew, in a slot named ``restyle``.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.formulas = Formulas(self)
        self._formats: dict[tuple[object, ...], QTextCharFormat] = {}
        theme.changed.connect(self.restyle)
        self._take_fonts()

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour of the theme."""
        return self.theme.color(name, alpha)

    def px(self, size_px: float) -> int:
        """Pixels at the zoom in force."""
        return self.theme.px(size_px)

    def write(self, cursor: QTextCursor, text: str, span: Span, heading: int = 0, quoted: bool = False) -> None:
        """Insert a run of text as it looks; bold words of some scripts have a font of their own."""
        is_bold = (heading or span.bold) and not span.is_drawn
        for run, is_cjk in cjk_runs(text) if is_bold else [(text, False)]:
            cursor.insertText(run, self.char_format(span, heading, quoted, is_cjk=is_cjk))

    def write_figures(self, cursor: QTextCursor, text: str, span: Span) -> None:
        """The same for what stands below other figures: all digits are equally wide."""
        result = QTextCharFormat(self.char_format(span))
        font = QFont(result.font())
        font.setFeature(QFont.Tag("tnum"), 1)
        result.setFont(font)
        cursor.insertText(text, result)

    def char_format(
        self, span: Span, heading: int = 0, quoted: bool = False, *, is_cjk: bool = False
    ) -> QTextCharFormat:
        """How a run of text looks; made once per style."""
        if span.is_drawn:
            result = self.char_format(replace(span, text="", math="", is_drawn=False), heading, quoted)
            result = QTextCharFormat(result)
            self.formulas.set_format(result, span, self.px(_HEADING_PX[heading]))
            return result
        looks = (span.bold, span.italic, span.code, span.strike, span.link, span.raised, span.math)
        key = (*looks, heading, quoted, is_cjk)
        found = self._formats.get(key)
        if found is None:
            found = self._formats[key] = self._make_format(span, heading, quoted, is_cjk)
            if len(self._formats) > 500:  # links have a format each
                self._formats.clear()
        return found

    def _make_format(self, span: Span, heading: int, quoted: bool, is_cjk: bool) -> QTextCharFormat:
        result = QTextCharFormat()
        result.setFont(self._font(span, heading, is_cjk))
        result.setForeground(self.color("secondary" if quoted else "text"))
        if span.code:
            result.setBackground(self.color("raised"))
        if span.raised:
            result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
            result.setForeground(self.color("accent"))
        if span.link:
            result.setAnchor(True)
            result.setAnchorHref(span.link)
            result.setForeground(self.color("accent"))
            if is_source(span.link):
                result.setToolTip(tr("Source {number}", number=source_number(span.link)))
            else:
                result.setToolTip(span.link)
                result.setFontUnderline(True)
        return result

    def _font(self, span: Span, heading: int, is_cjk: bool) -> QFont:
        size_px = _HEADING_PX[heading]
        is_code = span.code or span.math
        font = QFont(self.code_font if is_code else self.text_font)
        font.setPixelSize(self.px(size_px - 1 if is_code else size_px))
        if heading or span.bold:
            weigh(font, QFont.Weight.DemiBold, is_cjk=is_cjk)
        font.setItalic(span.italic)
        font.setStrikeOut(span.strike)
        return font

    def block_format(self, leaf: TextLeaf, previous: TextLeaf | None, list_level: int) -> QTextBlockFormat:
        """Spacing, indent and line height of a paragraph; ``previous`` is the one above in the same document."""
        result = QTextBlockFormat()
        height_px = _HEADING_PX[leaf.heading] * 1.35 if leaf.heading else LINE_PX
        result.setLineHeight(self.px(height_px), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        result.setTopMargin(self.px(gap_px(leaf, previous)))
        mirrored = is_right_to_left(leaf.text)
        indent_px = self.px(min(list_level, MAX_INDENT_LEVELS) * LIST_INDENT_PX)
        if leaf.marker:
            word_px = math.ceil(self._text_metrics.horizontalAdvance(leaf.marker)) + self.px(MARKER_GAP_PX)
            marker_px = max(self.px(MARKER_PX), word_px)
            indent_px = max(indent_px, marker_px)
            result.setTextIndent(-marker_px)
            # Qt mirrors the kind of a tab, too: from the right, a RightTab is one that words begin at.
            kind = QTextOption.TabType.RightTab if mirrored else QTextOption.TabType.LeftTab
            result.setTabPositions([QTextOption.Tab(marker_px, kind)])
        if mirrored:
            result.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            result.setRightMargin(indent_px)
        else:
            result.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            result.setLeftMargin(indent_px)
        if leaf.spans and all(span.is_drawn and span.math == "display" for span in leaf.spans):
            result.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if leaf.heading:
            result.setHeadingLevel(leaf.heading)
        return result

    def _take_fonts(self) -> None:
        self.text_font = self.theme.font("body", has_figures=False)
        self._text_metrics = QFontMetricsF(self.text_font)
        self.code_font = self.theme.code_font()
        self.tab_px = TAB_COLUMNS * QFontMetricsF(self.code_font).horizontalAdvance(" ")

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._formats.clear()
        self._take_fonts()
        self.changed.emit()


def gap_px(leaf: TextLeaf, previous: TextLeaf | None) -> float:
    """Space above a paragraph that is not the first of its document, at 100 %."""
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


ALIGNMENTS = {
    "": Qt.AlignmentFlag.AlignLeft,
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
LINE_SEPARATOR = "\u2028"
