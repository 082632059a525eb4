"""Renders assets/app/llmdesk.svg to the PNG sizes that launchers use: ``python scripts/render_app_icon.py``."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "app"
SIZES_PX = (16, 32, 48, 64, 128, 256, 512)


def main() -> None:
    """Write assets/app/llmdesk-SIZE.png for each size."""
    app = QGuiApplication([])
    renderer = QSvgRenderer(str(FOLDER / "llmdesk.svg"))
    for size_px in SIZES_PX:
        image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size_px, size_px))
        painter.end()
        image.save(str(FOLDER / f"llmdesk-{size_px}.png"))
    app.quit()


if __name__ == "__main__":
    main()
