"""Settings of what llmdesk is on the desktop besides its window (pure)."""

from __future__ import annotations

from llmdesk.services.settings.group import Group, setting


class DesktopGroup(Group):
    """``[desktop]``"""

    tray: bool = setting(
        False, "An icon beside the clock; llmdesk goes on there when its window is closed, until it is quit."
    )
    at_login: bool = setting(False, "llmdesk starts when you log in; without a window where it has an icon.")
    notifications: bool = setting(
        True, "The desktop tells when a long answer or a download ends while another window is in front."
    )


class UpdatesGroup(Group):
    """``[updates]``"""

    look: bool = setting(
        False, "Once a day llmdesk looks whether there is a newer version, and tells; nothing is installed by itself."
    )
