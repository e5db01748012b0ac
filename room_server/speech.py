"""Which speech model this installation writes with: the chosen one, else any that is ready."""

from pathlib import Path

from .settings import Settings

VOICES = Path(__file__).with_name("rehearsal") / "voices"


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
    if settings.speech_model:
        return settings.model_folder / settings.speech_model
    return installed(settings.model_folder) or settings.model_folder / default_model()
