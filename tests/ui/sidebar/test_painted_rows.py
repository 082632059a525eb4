"""What rows paint stays within them, whatever their words are."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QListView, QStyledItemDelegate, QStyleOptionViewItem

from llmdesk.services.chats.kept import ChatInfo, Hit
from llmdesk.ui.chat.markdown.leaves import length
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.palette.item_delegate import ITEM_ROLE, ItemDelegate
from llmdesk.ui.palette.palette import Item
from llmdesk.ui.sidebar.chat_list_model import ROW_ROLE, ChatListModel
from llmdesk.ui.sidebar.hit_list import HIT_ROLE, HitList, _beginning, _HitDelegate
from llmdesk.ui.sidebar.row_delegate import RowDelegate
from llmdesk.ui.sidebar.rows import ChatRow

TOWER = "Z" + "\N{COMBINING ACUTE ACCENT}" * 200
HIGH_PX, LOW_PX = 100, 140


def painted_outside(delegate: QStyledItemDelegate, role: int, value: object) -> bool:
    model = QStandardItemModel()
    item = QStandardItem(TOWER)
    item.setData(value, role)
    model.appendRow(item)
    image = QImage(300, 240, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    option = QStyleOptionViewItem()
    option.rect = QRect(0, HIGH_PX, image.width(), LOW_PX - HIGH_PX)
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0, 0))
    painter.end()
    white = image.copy(0, 0, image.width(), HIGH_PX)
    white.fill(Qt.GlobalColor.white)
    assert image.copy(option.rect) != white.copy(option.rect)  # the word is there
    return image.copy(0, 0, image.width(), HIGH_PX) != white or image.copy(0, LOW_PX, image.width(), HIGH_PX) != white


def test_towers_of_accents_stay_within_their_row(qapp: QApplication) -> None:
    theme, view, hits = Theme(), QListView(), HitList(Theme())
    found = Hit("a", TOWER, "", "title", TOWER, (), 1.0)
    hit_rows = hits.itemDelegate()
    assert isinstance(hit_rows, QStyledItemDelegate)
    assert not painted_outside(RowDelegate(theme, view, ChatListModel()), ROW_ROLE, ChatRow(ChatInfo("a", TOWER)))
    assert not painted_outside(hit_rows, HIT_ROLE, found)
    assert not painted_outside(ItemDelegate(theme, view), ITEM_ROLE, Item("a", TOWER, lambda: None))


def test_what_was_found_behind_emoji_is_marked_where_it_stands(qapp: QApplication) -> None:
    """Qt counts an emoji as two."""
    excerpt = "😀😀😀😀 The kernel is fast"
    first = excerpt.index("kernel")
    found = HitList(Theme())
    hits = found.itemDelegate()
    assert isinstance(hits, _HitDelegate)
    hit = Hit("a", "title", "", "assistant", excerpt, ((first, first + 6),), 1.0)
    layout, end = hits._lay_out(excerpt, hit, QFont(), 2000)
    (mark,) = layout.formats()
    units = excerpt.encode("utf-16-le")
    assert units[2 * mark.start : 2 * (mark.start + mark.length)].decode("utf-16-le") == "kernel"
    assert end == len(units) // 2 == length(excerpt)
    assert _beginning(excerpt, 3) == "😀"
