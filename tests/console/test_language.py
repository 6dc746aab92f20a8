"""The language of the report is the site's, or what a command asks for."""

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.errors import SettingWrong
from console.settings import read_settings, with_language


def test_a_site_says_the_language_of_its_reports(tmp_path):
    config = tmp_path / "site.toml"
    config.write_text('language = "zh"\n', encoding="utf-8")
    assert read_settings(config).language == "zh"
    assert read_settings().language == "en"


def test_a_language_that_no_file_holds_is_one_clear_sentence(tmp_path):
    config = tmp_path / "site.toml"
    config.write_text('language = "xx"\n', encoding="utf-8")
    with pytest.raises(SettingWrong, match="BONEAGE_LANGUAGE .* en, zh"):
        read_settings(config)


def test_a_command_may_ask_for_another_language_than_the_sites():
    assert with_language(read_settings(), "zh").language == "zh"
    assert with_language(read_settings(), None).language == "en"


def test_a_command_refuses_a_language_that_it_does_not_know(tmp_path):
    done = CliRunner().invoke(app, ["demo", "--out", str(tmp_path), "--language", "xx"])
    assert done.exit_code == 2
    assert "en, zh" in " ".join(done.output.replace("│", " ").split())
