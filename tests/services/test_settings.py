"""Settings: typed, in a file that people edit, under the environment, told to whoever listens, never lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtCore import QByteArray, QSettings

from llmdesk import engine_choices, paths
from llmdesk.core import Core
from llmdesk.engine.backends import choice
from llmdesk.engine.generation import prompt_lookup
from llmdesk.engine.generation.draft_choice import may_draft
from llmdesk.engine.networks.fused.systems import ISAS
from llmdesk.engine.processor.hardware import asked_device
from llmdesk.engine.processor.threads import asked_threads
from llmdesk.errors import SettingsError
from llmdesk.memory_need import GB, limit_bytes
from llmdesk.services.presets import DEFAULT_PRESET, PRESETS
from llmdesk.services.settings import settings_file, window_ini
from llmdesk.services.settings.definition import SETTINGS, EngineGroup, Values
from llmdesk.services.settings.keys import value_of
from llmdesk.services.settings.settings import Settings
from llmdesk.services.settings.settings_file import UNSET

NO_ENVIRONMENT: dict[str, str] = {}
MINE = """\
# my notes
[engine] # the machine in the attic
threads = 3   # as many as are quiet
future_key = "of a later version"

[somebody.elses]
table = [1, 2] # stays
"""


def make(text: str = "", environment: dict[str, str] | None = None) -> Settings:
    file = paths.config_dir() / "settings.toml"
    if text:
        file.write_text(text, encoding="utf-8")
    return Settings(file, environment or NO_ENVIRONMENT)


def problems_of(settings: Settings) -> str:
    return "\n".join(problem.user_message for problem in settings.problems)


# -- the definition ---------------------------------------------------------------------------------------------------


def test_every_setting_has_a_default_and_one_sentence() -> None:
    assert len(SETTINGS) > 20
    for key, setting in SETTINGS.items():
        assert setting.description.endswith("."), key
        assert setting_default(key) == setting.default


def setting_default(key: str) -> Any:
    return settings_file.find(Values().model_dump(), tuple(key.split(".")))


def test_what_the_engine_knows_can_be_set() -> None:
    kernels = get_args(EngineGroup.model_fields["kernels"].annotation)
    assert set(kernels) == {"auto", "off", *ISAS}


# -- reading ----------------------------------------------------------------------------------------------------------


def test_without_a_file_all_is_default_and_none_is_made() -> None:
    settings = make()
    assert settings.values == Values()
    assert settings.values.sampling.params() == PRESETS[DEFAULT_PRESET]
    assert settings.problems == ()
    assert not settings.file.exists()


def test_a_mistake_names_file_line_key_and_what_was_expected_and_the_rest_counts() -> None:
    settings = make(
        '[engine]\nthreads = "many"\ndevice = "cpu"\n\n[chat]\nanswer_cache = 3\ncontext_policy = "stop"\n'
        '[model.precisions]\nsmall = "int3"\n"large-3.2" = "int4"\n[appearance]\nzoom_percent = 300\n'
    )
    file = settings.file
    assert problems_of(settings).splitlines() == [
        f"{file}, line 2, key “engine.threads”: expected 'auto', or a whole number, found 'many'.",
        f"{file}, line 6, key “chat.answer_cache”: expected true or false, found 3.",
        f"{file}, line 9, key “model.precisions.small”: expected 'bf16', 'int8' or 'int4', found 'int3'.",
        f"{file}, line 12, key “appearance.zoom_percent”: expected at most 250, found 300.",
    ]
    assert all(problem.hint for problem in settings.problems)
    values = settings.values
    assert (values.engine.threads, values.engine.device) == ("auto", "cpu")
    assert (values.chat.answer_cache, values.chat.context_policy) == (True, "stop")
    assert values.model.precisions == {"large-3.2": "int4"}
    assert values.appearance.zoom_percent == 100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[engine]\nthread = 3\n", "line 2, key “engine.thread”: is unknown; the nearest is “engine.threads”"),
        ("[sound]\nvolume = 3\n", "line 1, key “sound”: is unknown"),
        ("engine = 3\n", "line 1, key “engine”: expected a table"),
        ('[sampling]\npreset = "Wild"\n', "line 2, key “sampling.preset”: expected one of Precise, Balanced, Creative"),
        (
            "[sampling.presets.Precise]\nseed = 1\n",
            "line 1, key “sampling.presets.Precise”: expected a name other than",
        ),
        ("[model]\nidle_unload_s = -1\n", "line 2, key “model.idle_unload_s”: expected 0 or more"),
        ("[model]\nidle_unload_s = nan\n", "line 2, key “model.idle_unload_s”: expected a number"),
        ("[engine]\nmemory_limit_gb = inf\n", "line 2, key “engine.memory_limit_gb”"),
        ('[hub]\nendpoint = "ftp://x"\n', "line 2, key “hub.endpoint”: expected an address as http://name:3128"),
        ('[hub]\nproxy = "http://me:secret@x:1"\n', "line 2, key “hub.proxy”: expected an address"),
        ("[engine]\nthreads = [\n", "line 2: this is not TOML"),
    ],
)
def test_mistakes_in_words(text: str, words: str) -> None:
    settings = make(text)
    assert words in problems_of(settings)
    assert settings.values == Values()


def test_a_file_that_cannot_be_read_is_told() -> None:
    file = paths.config_dir() / "settings.toml"
    file.write_bytes(b"[engine]\nthreads = 2 # \xff\xfe\n")
    assert "not text in UTF-8" in problems_of(make())
    file.unlink()
    file.mkdir()
    assert "cannot be read" in problems_of(make())


def test_a_file_from_a_windows_editor_is_read() -> None:
    (paths.config_dir() / "settings.toml").write_bytes(b"\xef\xbb\xbf[engine]\r\nthreads = 2\r\n")
    assert make().values.engine.threads == 2


# -- writing ----------------------------------------------------------------------------------------------------------


def test_comments_and_unknown_keys_survive() -> None:
    settings = make(MINE)
    settings.set("engine.threads", 5)
    settings.set("engine.device", "cpu")
    settings.set(("model", "precisions", "llama-3.2-1b"), "int4")
    assert settings.flush() is None
    text = settings.file.read_text()
    for kept in (
        "# my notes",
        "# the machine in the attic",
        "# as many as are quiet",
        "future_key",
        "table = [1, 2] # stays",
    ):
        assert kept in text
    assert tomllib.loads(text)["engine"] == {"threads": 5, "future_key": "of a later version", "device": "cpu"}
    again = make()
    assert again.values.engine.threads == 5
    assert again.values.model.precisions == {"llama-3.2-1b": "int4"}


@pytest.mark.parametrize(
    "text",
    [
        "engine.threads = 3\n",
        "engine = { threads = 3 }\n",
        "[engine]\n[chat]\n[engine.x]\n",
        "[model.precisions]\na = 'int4'\n",
    ],
)
def test_all_forms_of_a_table_can_be_written(text: str) -> None:
    settings = make(text)
    settings.set_all({"engine.threads": 4, "model.id": "x", "model.idle_unload_s": 5.0, "appearance.theme": "dark"})
    assert settings.flush() is None
    values = make().values
    assert (values.engine.threads, values.model.id, values.model.idle_unload_s) == (4, "x", 5.0)
    assert values.appearance.theme == "dark"


def test_a_new_file_says_what_it_is() -> None:
    settings = make()
    settings.set("model.id", "x")
    settings.flush()
    assert settings.file.read_text().startswith("# Settings of llmdesk.")
    assert [file.name for file in settings.file.parent.iterdir() if not file.name.endswith(".lock")] == [
        "settings.toml"
    ]


def test_unset_takes_the_line_out_even_a_wrong_one() -> None:
    settings = make('[engine]\nthreads = "many"\ndevice = "cpu"\n')
    settings.unset("engine.device")
    assert settings.values.engine.device == "auto"
    settings.unset("engine.threads")
    settings.flush()
    assert tomllib.loads(settings.file.read_text()) == {"engine": {}}
    assert settings.problems == ()


def test_what_is_set_already_is_not_written_again() -> None:
    settings = make("[engine]\nthreads = 3\n")
    before = settings.file.stat()
    settings.set_all({"engine.threads": 3, ("model", "precisions", "x"): None})
    settings.flush()
    assert settings.file.stat().st_ino == before.st_ino


def test_a_wrong_value_is_refused_and_nothing_of_the_rest_counts() -> None:
    settings = make()
    with pytest.raises(SettingsError, match=r"engine\.threads: expected 'auto', or 1 or more, found 0") as caught:
        settings.set_all({"engine.device": "cpu", "engine.threads": 0})
    assert "threads" in caught.value.hint
    with pytest.raises(SettingsError, match=r"expected one of Precise, .*found 'Wild'"):
        settings.set("sampling.preset", "Wild")
    with pytest.raises(SettingsError, match=r"no setting “engine\.thread”") as caught:
        settings.set("engine.thread", 3)
    assert "engine.threads" in caught.value.hint
    settings.flush()
    assert settings.values == Values()
    assert not settings.file.exists()


def test_a_file_that_is_no_toml_is_kept_aside_and_told() -> None:
    settings = make("[engine\nthreads = 3\n")
    told: list[SettingsError] = []
    settings.subscribe_problems(told.append)
    (settings.file.with_name("settings.broken.toml")).write_text("an older one")
    settings.set("model.id", "x")
    assert settings.flush() is None
    assert settings.file.with_name("settings.broken-2.toml").read_text() == "[engine\nthreads = 3\n"
    assert tomllib.loads(settings.file.read_text()) == {"model": {"id": "x"}}
    assert "settings.broken-2.toml" in told[-1].user_message
    assert settings.problems == ()


def test_what_cannot_be_written_counts_is_told_and_is_tried_again() -> None:
    settings = make()
    settings.file.mkdir()
    told: list[SettingsError] = []
    settings.subscribe_problems(told.append)
    settings.set("engine.threads", 3)
    failure = settings.flush()
    assert failure is not None
    assert "cannot be written" in failure.user_message
    assert told == [failure]
    assert settings.values.engine.threads == 3
    settings.file.rmdir()
    settings.set("engine.device", "cpu")
    assert settings.flush() is None
    assert make().values.engine.threads == 3
    assert make().values.engine.device == "cpu"


_OTHER = """
import sys
from pathlib import Path
from llmdesk.services.settings.settings import Settings
settings = Settings(Path(sys.argv[1]), {})
for number in range(1, 21):
    settings.set(("model", "precisions", f"{sys.argv[2]}-{number}"), "int4")
    assert settings.flush() is None
"""


def test_processes_that_write_at_the_same_time_keep_each_others_keys() -> None:
    settings = make(MINE)
    others = [subprocess.Popen([sys.executable, "-c", _OTHER, str(settings.file), name]) for name in ("a", "b")]
    for number in range(1, 21):
        settings.set(("model", "precisions", f"own-{number}"), "bf16")
        assert settings.flush() is None
    assert [other.wait(60) for other in others] == [0, 0]
    settings.reload()
    wanted = {f"{name}-{number}" for name in ("own", "a", "b") for number in range(1, 21)}
    assert set(settings.values.model.precisions) == wanted
    assert "future_key" in settings.file.read_text()


def test_many_threads_may_set_at_once() -> None:
    settings = make()
    keys = [("model", "precisions", f"m{number}") for number in range(40)]
    threads = [threading.Thread(target=settings.set, args=(key, "int8")) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert settings.flush() is None
    assert len(make().values.model.precisions) == 40


# -- the environment --------------------------------------------------------------------------------------------------


def test_the_environment_goes_before_the_file() -> None:
    environment = {"LLMDESK_THREADS": " 2 ", "LLMDESK_PROMPT_LOOKUP": "0", "LLMDESK_BACKEND": ""}
    settings = make('[engine]\nthreads = 3\nbackend = "native"\n', environment)
    engine = settings.values.engine
    assert (engine.threads, engine.prompt_lookup, engine.backend) == (2, False, "native")
    assert settings.origin("engine.threads") == "environment"
    assert settings.origin("engine.backend") == "file"
    assert settings.origin("engine.device") == "default"
    settings.set("engine.threads", 4)  # kept for when the variable is gone
    settings.flush()
    assert settings.values.engine.threads == 2
    assert make().values.engine.threads == 4


def test_an_endless_number_in_the_environment_is_told() -> None:
    assert "LLMDESK_THREADS: expected" in problems_of(make(environment={"LLMDESK_THREADS": "4" * 5000}))


@pytest.mark.parametrize("written", ["4" * 5000, "[" * 5000])
def test_what_toml_cannot_hold_is_told_and_defaults_count(written: str) -> None:
    settings = make(f"[engine]\nthreads = {written}\n")
    assert "this is not TOML" in problems_of(settings)
    assert settings.values.engine.threads == "auto"
    settings.set("engine.threads", 2)
    settings.flush()
    assert make().values.engine.threads == 2


def test_nonsense_in_the_environment_is_told_and_the_file_counts() -> None:
    settings = make("[engine]\nthreads = 3\n", {"LLMDESK_THREADS": "many"})
    assert "LLMDESK_THREADS: expected 'auto', or a whole number, found 'many'" in problems_of(settings)
    assert settings.values.engine.threads == 3
    assert settings.origin("engine.threads") == "file"


def test_the_engine_does_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS.values():
        if setting.variable:
            monkeypatch.delenv(setting.variable, raising=False)
    make(
        '[engine]\nthreads = 3\ndevice = "cpu"\nbackend = "scripted"\nmemory_limit_gb = 1.5\nprompt_lookup = false\n'
        "draft_models = false\n"
    )
    core = Core()
    settings = core.settings
    assert asked_threads() == 3
    assert asked_device() == "cpu"
    assert choice.choose_backend_name() == ("scripted", "engine.backend asks for it")
    assert limit_bytes(64 * GB) == 1_500_000_000
    assert not prompt_lookup.is_enabled()
    assert not may_draft()

    settings.set("engine.threads", 5)
    assert asked_threads() == 5
    monkeypatch.setenv("LLMDESK_THREADS", "2")
    assert asked_threads() == 2
    monkeypatch.setenv("LLMDESK_THREADS", "auto")
    assert asked_threads() is None
    settings.unset("engine.prompt_lookup")
    settings.unset("engine.draft_models")
    assert prompt_lookup.is_enabled()
    assert may_draft()
    core.close()


def test_kernels_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.engine.networks.fused import library

    monkeypatch.delenv("LLMDESK_KERNELS", raising=False)
    make('[engine]\nkernels = "off"\n')
    core = Core()
    assert library.best_isa() is None
    assert library.obstacle() == "engine.kernels=off"
    core.close()
    assert engine_choices.chosen("LLMDESK_KERNELS") is None


# -- telling ----------------------------------------------------------------------------------------------------------


def test_changes_are_told_to_whoever_wants_them() -> None:
    settings = make()
    threads: list[object] = []
    engine: list[str] = []
    everything: list[Values] = []
    end = settings.subscribe(lambda values: threads.append(values.engine.threads), "engine.threads")
    settings.subscribe(lambda values: engine.append(values.engine.device), "engine")
    settings.subscribe(everything.append)
    settings.set("engine.threads", 2)
    settings.set("appearance.theme", "dark")
    end()
    end()
    settings.set_all({"engine.threads": 3, "engine.device": "cpu"})
    settings.set("engine.threads", 3)
    settings.flush()
    assert threads == [2]
    assert engine == ["auto", "cpu"]
    assert len(everything) == 3


def test_a_listener_is_called_on_the_thread_it_wants() -> None:
    settings = make()
    waiting: list[Any] = []
    told: list[str] = []
    settings.subscribe(lambda values: told.append(values.appearance.theme), "appearance", waiting.append)
    settings.set("appearance.theme", "dark")
    settings.set("appearance.theme", "light")
    assert told == []
    for function in waiting:
        function()
    assert told == ["light", "light"]  # never an older one after a newer one
    settings.flush()


@pytest.mark.logs("a listener raised")
def test_a_listener_that_fails_harms_nobody() -> None:
    settings = make()
    told: list[Values] = []
    settings.subscribe(lambda _: 1 / 0)  # type: ignore[arg-type]
    settings.subscribe(told.append)
    settings.set("engine.threads", 2)
    settings.flush()
    assert len(told) == 1


def test_an_edited_file_is_taken_up_and_its_mistakes_are_told_once() -> None:
    settings = make("[engine]\nthreads = 3\n")
    told: list[str] = []
    changed: list[object] = []
    settings.subscribe_problems(lambda problem: told.append(problem.user_message))
    settings.subscribe(lambda values: changed.append(values.engine.threads), "engine")
    settings.reload_if_changed()
    assert changed == []
    settings.file.write_text("[engine]\nthreads = 7\nbackend = 'abacus'\n")
    settings.reload_if_changed()
    assert changed == [7]
    assert len(told) == 1
    assert "abacus" in told[0]
    settings.set("appearance.theme", "dark")
    settings.file.write_text("# a line more\n" + settings.file.read_text())
    settings.flush()
    settings.reload()
    assert len(told) == 1


def test_reloading_does_not_lose_what_is_not_written_yet() -> None:
    settings = make()
    settings.file.mkdir()  # so that it cannot be written
    settings.set("engine.threads", 3)
    settings.flush()
    settings.reload()
    assert settings.values.engine.threads == 3


# -- presets ----------------------------------------------------------------------------------------------------------


def test_own_presets_count_like_the_others() -> None:
    settings = make(
        '[sampling]\npreset = "Code & so on."\n[sampling.presets."Code & so on."]\ntemperature = 0\nseed = 3\n'
    )
    sampling = settings.values.sampling
    assert settings.problems == ()
    assert sampling.names == ("Precise", "Balanced", "Creative", "Code & so on.", "Custom")
    assert (sampling.params().temperature, sampling.params().seed) == (0.0, 3)
    settings.set_all({("sampling", "presets", "Code & so on."): None, "sampling.preset": "Custom"})
    settings.set("sampling.custom.top_k", 7)
    settings.flush()
    assert make().values.sampling.params().top_k == 7


# -- what the window kept before --------------------------------------------------------------------------------------


def old_ini(values: dict[str, object]) -> Path:
    """As the window of an earlier version wrote it."""
    file = paths.config_dir() / "window.ini"
    ini = QSettings(str(file), QSettings.Format.IniFormat)
    for key, value in values.items():
        ini.setValue(key, value)
    ini.sync()
    del ini
    return file


CUSTOM = {
    "temperature": 0.35,
    "top_p": 0.9,
    "min_p": 0.01,
    "repetition_penalty": 1.1,
    "top_k": 50,
    "max_new_tokens": 333,
}


def test_the_old_ini_is_taken_over_once() -> None:
    old_ini(
        {
            "window/geometry": QByteArray(bytes(range(256))),
            "window/theme": "dark",
            "window/dashboard": "folded",
            "model/id": 'größe "x", \\ 1;2',
            "model/precisions": json.dumps({"alpha": "int4", "ключ.7": "bf16", "bad": "int3"}),
            "model/idle_unload_s": "900.0",
            "chat/context": "stop",
            "chat/response_cache": "off",
            "sampling/preset": "Custom",
            "sampling/custom": json.dumps(CUSTOM | {"seed": None}),
        }
    )
    settings = make()
    values = settings.values
    assert values.appearance.theme == "dark"
    assert values.model.id == 'größe "x", \\ 1;2'
    assert values.model.precisions == {"alpha": "int4", "ключ.7": "bf16"}
    assert values.model.idle_unload_s == 900.0
    assert (values.chat.context_policy, values.chat.answer_cache) == ("stop", False)
    assert values.sampling.preset == "Custom"
    assert values.sampling.custom.model_dump() == CUSTOM | {"seed": None}
    assert settings.flush() is None
    assert make().values == values

    old_ini({"window/theme": "light"})
    assert make().values.appearance.theme == "dark"


@pytest.mark.logs("window.ini could not be read")
def test_a_damaged_ini_harms_nobody() -> None:
    file = old_ini(
        {"window/theme": "purple", "model/precisions": "{nonsense", "sampling/custom": "[1]", "model/id": "x"}
    )
    settings = make()
    assert settings.values == Values.model_validate({"model": {"id": "x"}})
    settings.flush()
    settings.file.unlink()
    file.write_bytes(b"\xff\xfe no ini [ at = all")
    assert window_ini.read(file) == {}
    assert not make().file.exists()


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "with, comma",
        '"quoted"',
        "back\\slash",
        "tab\tline\nend",
        "semi;colon",
        "é€😀",
        "@at",
        "a\x01b\x02f",
        "%41",
        "",
    ],
)
def test_values_of_qsettings_are_understood(text: str) -> None:
    file = old_ini({"model/id": text})
    assert window_ini.read(file).get(("model", "id"), "") == text


# -- text as values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("engine.threads", "4", 4),
        ("engine.threads", " auto ", "auto"),
        ("engine.memory_limit_gb", "7.5", 7.5),
        ("chat.answer_cache", "off", False),
        ("engine.prompt_lookup", "1", True),
        ("model.precisions.llama-3.2-1b", "int4", "int4"),
        ('model.precisions."llama-3.2-1b"', "int4", "int4"),
        ("sampling.presets.My own.temperature", "0.3", 0.3),
        ("sampling.custom.seed", "17", 17),
    ],
)
def test_words_become_values(key: str, text: str, value: object) -> None:
    assert value_of(key, text) == value


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("engine.threads", "0", "expected 'auto', or 1 or more, found '0'"),
        ("chat.answer_cache", "maybe", "expected true or false, found 'maybe'"),
        ("model.precisions.x", "int2", "expected 'bf16', 'int8' or 'int4', found 'int2'"),
        ("model.precisions", "x", "is a table"),
        ("sampling.presets.Mine", "x", "is a preset"),
        ("zoom_percent", "110", "There is no setting"),
    ],
)
def test_words_that_are_no_value(key: str, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        value_of(key, text)
    assert caught.value.hint


def test_an_entry_that_is_not_there_has_no_value() -> None:
    assert make().value("model.precisions.nothing") is UNSET
