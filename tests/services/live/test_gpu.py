"""An Intel GPU from trees of system files, as the drivers i915 and xe show them."""

from __future__ import annotations

from pathlib import Path

from llmdesk.services.live.gpu import GpuMeter
from tests.services.live.system_files import write

MIB = 1024**2


class Clock:
    now_s = 10.0

    def __call__(self) -> float:
        return self.now_s


def card(root: Path, name: str, address: str, driver: str, files: dict[str, object], vendor: str = "0x8086") -> None:
    """One graphics card, linked as the kernel does it."""
    device = root / "devices" / address
    write(device, {"vendor": vendor})
    (root / "drivers" / driver).mkdir(parents=True, exist_ok=True)
    (device / "driver").symlink_to(root / "drivers" / driver)
    folder = root / "class/drm" / name
    folder.mkdir(parents=True)
    (folder / "device").symlink_to(device)
    write(folder, files)


def fdinfo(folder: Path, *clients: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "0").write_text("pos:\t0\nflags:\t02\n", encoding="ascii")
    for number, client in enumerate(clients, start=3):
        (folder / str(number)).write_text(client, encoding="ascii")
    return folder


def client(number: int, address: str, **regions: str) -> str:
    lines = [f"drm-driver:\ti915\ndrm-pdev:\t{address}\ndrm-client-id:\t{number}\n"]
    return "".join(lines + [f"drm-total-{region}:\t{size}\n" for region, size in regions.items()])


def test_busy_is_the_time_that_it_was_not_idle(tmp_path: Path) -> None:
    files: dict[str, object] = {"gt/gt0/rc6_residency_ms": 1000, "gt/gt0/rps_act_freq_mhz": 1300}
    card(tmp_path, "card0", "0000:00:02.0", "i915", files)
    clock = Clock()
    meter = GpuMeter.find(tmp_path, fdinfo(tmp_path / "fdinfo"), clock)
    assert meter is not None
    assert meter.read().busy_percent is None  # nothing to compare with yet
    clock.now_s += 2.0
    write(tmp_path / "class/drm/card0", {"gt/gt0/rc6_residency_ms": 1500})
    reading = meter.read()
    assert (reading.name, reading.busy_percent, reading.frequency_mhz) == ("Intel GPU (i915)", 75.0, 1300.0)
    assert (reading.memory_bytes, reading.memory_total_bytes) == (None, None)


def test_memory_is_that_of_this_process_each_client_once(tmp_path: Path) -> None:
    address = "0000:03:00.0"
    card(tmp_path, "card1", address, "xe", {"device/tile0/vram0/size_bytes": 16 * 1024 * MIB})
    card(tmp_path, "card0", "0000:00:02.0", "i915", {})
    ours = client(7, address, vram0="2048 MiB", system="64 MiB")
    files = fdinfo(tmp_path / "fdinfo", ours, ours, client(8, address, vram0="1024 KiB"), client(7, "0000:00:02.0"))
    meter = GpuMeter.find(tmp_path, files)
    assert meter is not None
    reading = meter.read()  # of the card that has memory of its own
    assert reading.name == "Intel GPU (xe)"
    assert reading.memory_bytes == 2049 * MIB
    assert reading.memory_total_bytes == 16 * 1024 * MIB


def test_a_gpu_inside_the_processor_uses_the_machine_s_memory(tmp_path: Path) -> None:
    card(tmp_path, "card0", "0000:00:02.0", "i915", {})
    meter = GpuMeter.find(tmp_path, fdinfo(tmp_path / "fdinfo", client(1, "0000:00:02.0", system0="512 KiB")))
    assert meter is not None
    assert meter.read().memory_bytes == 512 * 1024


def test_other_makers_and_no_card_are_not_shown(tmp_path: Path) -> None:
    assert GpuMeter.find(tmp_path) is None
    card(tmp_path, "card0", "0000:01:00.0", "amdgpu", {}, vendor="0x1002")
    write(tmp_path, {"class/drm/card0-HDMI-A-1/status": "connected"})
    assert GpuMeter.find(tmp_path) is None
