"""What settings and their tables are called in the window (GUI thread only)."""

from __future__ import annotations

from llmdesk.ui.kit.words import tr


def group_titles() -> dict[str, str]:
    """By the first part of the key."""
    return {
        "model": tr("Model"),
        "sampling": tr("Sampling"),
        "chat": tr("Chats"),
        "engine": tr("Engine"),
        "hub": tr("Models from the hub"),
        "collections": tr("Folders"),
        "server": tr("Local server"),
        "usage": tr("Usage over time"),
        "stand": tr("Stand mode"),
        "appearance": tr("Appearance"),
        "desktop": tr("Desktop"),
        "updates": tr("Updates"),
    }


def setting_titles() -> dict[str, str]:
    """By key; a setting that has none here is called by its key."""
    return {**_of_model_and_sampling(), **_of_chats_and_engine(), **_of_the_server(), **_of_the_window()}


def _of_model_and_sampling() -> dict[str, str]:
    return {
        "model.id": tr("Model at the start"),
        "model.precisions": tr("Precisions"),
        "model.idle_unload_s": tr("Unload when not used for"),
        "sampling.preset": tr("Preset of new chats"),
        "sampling.custom.temperature": tr("Custom: temperature"),
        "sampling.custom.top_k": tr("Custom: top-k"),
        "sampling.custom.top_p": tr("Custom: top-p"),
        "sampling.custom.min_p": tr("Custom: min-p"),
        "sampling.custom.repetition_penalty": tr("Custom: repetition penalty"),
        "sampling.custom.max_new_tokens": tr("Custom: longest answer"),
        "sampling.custom.seed": tr("Custom: seed"),
        "sampling.presets": tr("Presets of your own"),
    }


def _of_chats_and_engine() -> dict[str, str]:
    return {
        "chat.context_policy": tr("When the context is full"),
        "chat.system_prompt": tr("System prompt of new chats"),
        "chat.keep": tr("Keep chats"),
        "chat.model_titles": tr("Titles by the model"),
        "chat.answer_cache": tr("Answer cache"),
        "engine.backend": tr("Backend"),
        "engine.kernels": tr("Kernels"),
        "engine.device": tr("Device"),
        "engine.threads": tr("Threads"),
        "engine.memory_limit_gb": tr("Memory limit"),
        "engine.prompt_lookup": tr("Prompt lookup"),
        "engine.draft_models": tr("Draft models"),
        "hub.endpoint": tr("Mirror"),
        "hub.proxy": tr("Proxy"),
        "hub.offline": tr("Offline mode"),
        "hub.token_in_keyring": tr("Token of the keyring"),
        "collections.model": tr("Model that finds by meaning"),
        "collections.passages": tr("Most passages in a prompt"),
        "collections.passage_tokens": tr("Longest passages together"),
    }


def _of_the_server() -> dict[str, str]:
    return {
        "server.host": tr("Address"),
        "server.port": tr("Port"),
        "server.with_window": tr("Start with the window"),
        "server.allowed_hosts": tr("Names of this machine"),
        "server.allowed_origins": tr("Web pages that may use it"),
        "server.max_body_mb": tr("Largest request"),
        "server.max_messages": tr("Most messages"),
        "server.max_connections": tr("Most connections"),
        "server.max_request_s": tr("Longest answer"),
    }


def _of_the_window() -> dict[str, str]:
    return {
        "usage.show": tr("Count tokens and answers"),
        "stand.idle_s": tr("Start over after"),
        "stand.prompts": tr("Prompts for visitors"),
        "stand.system_prompt": tr("System prompt for visitors"),
        "stand.attract": tr("Play a recording while nobody is there"),
        "stand.recording": tr("Recording to play"),
        "appearance.theme": tr("Theme"),
        "appearance.contrast": tr("Contrast"),
        "appearance.reduce_motion": tr("Reduce motion"),
        "appearance.zoom_percent": tr("Zoom"),
        "appearance.language": tr("Language"),
        "desktop.tray": tr("Icon beside the clock"),
        "desktop.at_login": tr("Start at login"),
        "desktop.notifications": tr("Notifications"),
        "updates.look": tr("Look for newer versions"),
    }


def choice_titles() -> dict[str, str]:
    """Values that are words of the file; others are shown as they stand there."""
    return {
        "drop_oldest": tr("Leave out the oldest turns"),
        "stop": tr("End the answer there"),
        "refuse": tr("Refuse the question"),
        "system": tr("As the system"),
        "light": tr("Light"),
        "dark": tr("Dark"),
        "usual": tr("Usual"),
        "high": tr("High"),
        "auto": tr("Automatic"),
        "on": tr("On"),
        "off": tr("Off"),
        "cpu": tr("Processor"),
        "xpu": tr("Intel GPU"),
        "en": "English",  # languages are called by their own names
        "de": "Deutsch",
        "zh_CN": "简体中文",
    }
