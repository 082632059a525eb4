"""A desktop portal on a session bus, and what is heard of it: started by test_motion.py in a process of its own.

Prints "read BOOL" and "changed BOOL": whether motion was reduced after the first answer, and after a change.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import ClassInfo, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVariant
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from llmdesk.ui.kit.motion import Motion

SERVICE, PATH, INTERFACE = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
REDUCED = "org.freedesktop.appearance", "reduced-motion"


@ClassInfo({"D-Bus Interface": INTERFACE})  # type: ignore[call-arg]
class Portal(QObject):  # type: ignore[operator]
    """Says that nothing shall move."""

    @Slot(str, str, result=QDBusVariant)
    def Read(self, namespace: str, key: str) -> QDBusVariant:
        """As the portal's interface has it."""
        return QDBusVariant(1 if (namespace, key) == REDUCED else True)


def wait(is_so: Callable[[], bool]) -> bool:
    """True as soon as it is so; False if it is not after a while."""
    for _ in range(500):
        if is_so():
            return True
        QTest.qWait(10)
    return False


def main() -> None:
    """See the module."""
    app = QApplication([])
    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "portal")
    portal = Portal(app)
    assert bus.registerObject(PATH, portal, QDBusConnection.RegisterOption.ExportAllSlots)
    assert bus.registerService(SERVICE)
    motion = Motion(app)
    motion.ask_portal()
    is_read = wait(lambda: motion.is_reduced)
    changed = QDBusMessage.createSignal(PATH, INTERFACE, "SettingChanged")
    changed.setArguments([*REDUCED, QDBusVariant(0)])
    bus.send(changed)
    sys.stdout.write(f"read {is_read}\nchanged {not wait(lambda: not motion.is_reduced)}\n")


if __name__ == "__main__":
    main()
