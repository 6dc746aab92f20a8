"""The only reader of settings: BONEAGE_ and a name in capitals, or the name in a TOML file."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from acquisition.ordinary_files import read_text
from acquisition.technique_presets import OWN_PRESETS
from console.errors import SettingWrong
from growth.references import Reference
from growth.visit_rules import OWN_RULES
from reports.wording import LANGUAGES

# Models have a licence of their own and stay outside the installed packages.
RELEASED_MODEL = Path(__file__).parents[1] / "models" / "hand-2.2"


def _known_language(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"the report is written in {', '.join(LANGUAGES)}")
    return language


class Settings(BaseSettings):
    """What a site may set.

    `data_directory` holds the records (`records.db`), the raw frames (`frames/`), the
    calibrations (`calibrations/SERIAL/`), every version of every report (`reports/`), installed
    reading models (`models/`), the public keys of those who may release models (`trusted-keys/`)
    or lock the site's own calibration of the reading (`site-keys/`), and that one
    (`local-calibration.json`). `model_directory` holds the
    reading model that is used. `detector` and `generator` are the URLs of the unit that
    `boneage serve` keeps, on `port`. `technique_presets` is a file of the site's own presets,
    `next_visit_rules` one of its own rules. `dicom_compression` is none or jpeg-ls.
    `growth_reference` is who, cdc or china: whose figures stand first; those of the other two
    always stand beside them. `language` is that of the report, en or zh,
    and `paper` is what it is printed on, a4 or letter. `signing_passphrase` opens the clinic's
    key for `boneage sign --key`.
    """

    model_config = SettingsConfigDict(env_prefix="BONEAGE_", env_ignore_empty=True)

    data_directory: Path = Path.home() / ".local" / "share" / "boneage"
    model_directory: Path = RELEASED_MODEL
    detector: str = ""
    generator: str = ""
    port: int = Field(default=8080, ge=0, le=65535)
    technique_presets: Path = OWN_PRESETS
    next_visit_rules: Path = OWN_RULES
    dicom_compression: Literal["none", "jpeg-ls"] = "none"
    # Our choice: the only one of the three for children of every country, and with heights from
    # birth to 19 years.
    growth_reference: Reference = Reference.WHO
    language: Annotated[str, AfterValidator(_known_language)] = "en"
    paper: Literal["a4", "letter"] = "a4"
    signing_passphrase: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over what the file said."""
        return env_settings, init_settings


def read_settings(config: Path | None = None) -> Settings:
    """Read the settings from a TOML file and the environment, which wins; raises SettingWrong."""
    try:
        settings = Settings(**_from_file(config))
    except ValidationError as exc:
        wrong = exc.errors()[0]
        name = "_".join(str(part) for part in wrong["loc"]).upper()
        raise SettingWrong(f"The setting BONEAGE_{name} is wrong: {wrong['msg']}.") from exc
    folders = ("data_directory", "model_directory", "technique_presets", "next_visit_rules")
    try:
        found = {name: getattr(settings, name).expanduser() for name in folders}
    except RuntimeError as exc:  # ~name of nobody
        raise SettingWrong(f"A path of the settings cannot be found: {exc}") from exc
    return settings.model_copy(update=found)


def with_language(settings: Settings, language: str | None) -> Settings:
    """Return the settings with the language that was asked for; None for the site's own."""
    return settings if language is None else settings.model_copy(update={"language": language})


def _from_file(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        said = tomllib.loads(read_text(config))
    except OSError as exc:
        raise SettingWrong(f"The settings file {config} cannot be read: {exc.strerror}.") from exc
    except (RecursionError, ValueError) as exc:
        raise SettingWrong(f"The settings file {config} cannot be read: {exc}.") from exc
    unknown = sorted(set(said) - set(Settings.model_fields))
    if unknown:
        raise SettingWrong(f"The settings file {config} has an unknown setting: {unknown[0]}.")
    return said
