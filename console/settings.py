"""The only reader of the environment. Every setting is BONEAGE_ and its name in capitals."""

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from console.errors import SettingWrong


class Settings(BaseSettings):
    """What a site may set.

    `data_directory` holds the records (`records.db`), the raw frames (`frames/`) and the
    calibrations (`calibrations/SERIAL/`).
    """

    model_config = SettingsConfigDict(env_prefix="BONEAGE_")

    data_directory: Path = Path.home() / ".local" / "share" / "boneage"


def read_settings() -> Settings:
    """Read the settings from the environment; raises SettingWrong."""
    try:
        settings = Settings()
        return settings.model_copy(update={"data_directory": settings.data_directory.expanduser()})
    except ValidationError as exc:
        wrong = exc.errors()[0]
        name = "_".join(str(part) for part in wrong["loc"]).upper()
        raise SettingWrong(f"The setting BONEAGE_{name} is wrong: {wrong['msg']}.") from exc
