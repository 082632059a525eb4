"""Pictures of attached files, to look at: ``python -m tests.ui.chat.attachments.screenshots FOLDER``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from llmdesk.app import make_application
from llmdesk.datatypes.chat import SamplingParams
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.files.attachment import Attachment
from llmdesk.ui.chat.attachments.draft import DraftFile
from llmdesk.ui.chat.attachments.images import image_of
from llmdesk.ui.chat.attachments.viewer import Viewer
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.conftest import STATS


def _picture() -> QImage:
    image = QImage(900, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(0, 0, 0, 600)
    sky.setColorAt(0, QColor("#f2a65a"))
    sky.setColorAt(1, QColor("#274060"))
    painter.fillRect(image.rect(), sky)
    painter.setBrush(QColor("#ffe8b0"))
    painter.drawEllipse(380, 220, 140, 140)
    painter.end()
    return image


def _fill(pane: ChatPane) -> Attachment:
    text = Attachment(
        "moving_average.py", "text", 812, 231, "def moving_average(values, window):\n    ...\n" * 40, path="/x"
    )
    image = image_of("sunset over the harbour, from the old pier, in October.png", _picture())
    chat = Conversation()
    answer = chat.ask("What does this function cost, and what is in the picture?", "m", SamplingParams(), (text, image))
    chat.append(answer.id, "It takes a constant time for each value. I cannot see the picture, only its name.")
    chat.finish(answer.id, "stop", STATS)
    pane.show_conversation(chat)
    long = Attachment("log of the whole winter 2025-2026 of the northern station.txt", "text", 9, 41_200, "x")
    pane.composer.chips.show_files(
        [
            DraftFile("harbour.md", Attachment("harbour.md", "text", 812, 1231, "x")),
            DraftFile("sunset.png", image),
            DraftFile("report.pdf"),
            DraftFile(long.name, long, is_searched=True),
            DraftFile("program.bin", error=ErrorInfo("FileError", "program.bin is no text.", "Attach text.", 422, "")),
        ]
    )
    pane.set_context(1_462, 8192)
    return text


def main(folder: Path) -> None:
    """Write all pictures."""
    app = make_application()
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        for width in (900, 460):
            theme = Theme()
            theme.force(scheme)
            window = QWidget()
            palette = window.palette()
            palette.setColor(QPalette.ColorRole.Window, theme.color("window"))
            window.setPalette(palette)
            pane = ChatPane(theme, window)
            text = _fill(pane)
            window.resize(width, 640)
            pane.resize(width, 640)
            window.show()
            _wait()
            name = f"{'dark' if scheme == Qt.ColorScheme.Dark else 'light'}-{width}"
            window.grab().save(str(folder / f"chips-{name}.png"))
            viewer = Viewer(theme, window, text)
            viewer.open_under(pane.composer.chips)
            _wait()
            window.grab().save(str(folder / f"viewer-{name}.png"))
            window.close()
    app.quit()


def _wait() -> None:
    loop = QEventLoop()
    QTimer.singleShot(400, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
