"""Which speech model this installation writes with: the chosen one, else any that is ready."""

from pathlib import Path

from ..settings import Settings

VOICES = Path(__file__).parents[1] / "rehearsal" / "voices"
_CHOSEN = "chosen"


def standby(settings: Settings) -> Path | None:
    """The directory of a model that is ready to write while the remote server cannot."""
    from transcription.models import installed

    return installed(settings.model_folder) if settings.speech_url else None


def model_folder(settings: Settings) -> Path | None:
    """The directory of the model to load, whether it is there or not; None when a remote server writes."""
    from transcription.catalogue import default_model
    from transcription.models import installed

    if settings.speech_url:
        return None
    if settings.rehearsal:
        return VOICES
    if "/" in settings.speech_model:
        return Path(settings.speech_model)
    if name := settings.speech_model or chosen(settings):
        return settings.model_folder / name
    return installed(settings.model_folder) or settings.model_folder / default_model()


def fixed(settings: Settings) -> str:
    """The setting that leaves no choice at the desk, or an empty string."""
    if settings.rehearsal:
        return "rehearsal"
    return "speech_url" if settings.speech_url else "speech_model" if settings.speech_model else ""


def chosen(settings: Settings) -> str:
    """What was chosen at the desk, or an empty string."""
    from transcription.catalogue import NAME

    try:
        name = (settings.model_folder / _CHOSEN).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        return ""
    return name if NAME.fullmatch(name) else ""


def choose(settings: Settings, name: str) -> None:
    """Keep a choice, also over the next start."""
    settings.model_folder.mkdir(parents=True, exist_ok=True)
    fresh = settings.model_folder / f".{_CHOSEN}"
    fresh.write_text(name + "\n", encoding="utf-8")
    fresh.replace(settings.model_folder / _CHOSEN)
