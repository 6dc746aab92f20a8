"""What the documents promise exists, and what exists is in the documents."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (
    *("device", "acquisition", "bone_age", "growth", "records", "reports", "pacs"),
    *("examination", "console", "firmware_sim"),
)
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def error_classes():
    modules = [importlib.import_module(f"{package}.errors") for package in PACKAGES]
    modules.append(importlib.import_module("firmware_sim.patients.errors"))
    for module in modules:
        for _, found in inspect.getmembers(module, inspect.isclass):
            if found.__module__ == module.__name__ and re.match(r"E-", getattr(found, "code", "")):
                yield found


def leaf_codes():
    """Return the codes of errors that are raised, not only inherited from."""
    return sorted({found.code for found in error_classes() if not found.__subclasses__()})


def commands():
    from console.cli import app

    alone = [command.name or command.callback.__name__ for command in app.registered_commands]
    return sorted([*alone, *(group.name for group in app.registered_groups)])


@pytest.mark.parametrize(("path", "name"), NAMED_TEST.findall(text_of("docs/hazards.md")))
def test_a_test_named_in_the_hazard_file_exists(path, name):
    assert re.search(rf"^def {name}\(", text_of(path), re.M), f"{path} has no {name}"


def test_every_hazard_names_a_test():
    rows = [row for row in text_of("docs/hazards.md").splitlines() if re.match(r"\| \d+ \|", row)]
    assert rows
    assert all(NAMED_TEST.search(row) for row in rows)


@pytest.mark.parametrize("code", leaf_codes())
def test_every_error_code_is_in_the_service_manual(code):
    assert f"| {code} |" in text_of("docs/errors.md")


def test_the_service_manual_has_no_code_that_does_not_exist():
    listed = re.findall(r"^\| (E-[A-Z]+-\d+) \|", text_of("docs/errors.md"), re.M)
    assert sorted(set(listed) - {found.code for found in error_classes()}) == []


def finding_codes():
    """Return every code of a check that stands in the code of the checks."""
    checks = "".join(
        path.read_text() for path in sorted((ROOT / "acquisition").glob("quality*.py"))
    )
    return sorted(set(re.findall(r'"(Q-[A-Z]+-\d+)"', checks)))


def test_every_finding_is_in_the_service_manual_and_no_other():
    listed = re.findall(r"^\| (Q-[A-Z]+-\d+) \|", text_of("docs/errors.md"), re.M)
    assert sorted(listed) == finding_codes()


def test_no_code_is_used_twice():
    codes = [found.code for found in error_classes() if not found.__subclasses__()]
    assert sorted(codes) == sorted(set(codes))


def test_the_hash_of_the_released_model_is_given_outside_its_package():
    from bone_age.package import open_package
    from console.settings import RELEASED_MODEL

    digest = open_package(RELEASED_MODEL).sha256
    verify = f"boneage model verify models/{RELEASED_MODEL.name} --sha256 {digest}"
    assert verify in text_of("docs/models.md").splitlines()


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command):
    assert f"`boneage {command}`" in text_of("README.md")


def test_every_setting_is_in_the_readme():
    from console.settings import Settings

    for name in Settings.model_fields:
        assert f"`BONEAGE_{name.upper()}`" in text_of("README.md")


def test_every_dependency_has_its_reason():
    import tomllib

    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["train"]]
    reasons = "".join(path.read_text() for path in (ROOT / "docs/decisions").glob("*.md"))
    missing = [
        name for name in (re.split(r"[<>=]", line)[0] for line in wanted) if name not in reasons
    ]
    assert missing == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_address(lock):
    content = text_of(lock)
    assert "://" not in content
    assert "--index" not in content
    packages = re.findall(r"^[\w.-]+==", content, re.M)
    assert len(packages) == len(
        re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=sha256:", content, re.M)
    )


@pytest.mark.parametrize(
    "name", re.findall(r"\]\((docs/[\w/.-]+|[A-Z]+\.md)\)", text_of("README.md"))
)
def test_a_file_that_the_readme_links_to_exists(name):
    assert (ROOT / name).exists()


def test_importing_the_command_line_opens_nothing_and_prints_nothing():
    done = subprocess.run(
        [sys.executable, "-c", "import console.cli"], capture_output=True, check=True, cwd="/"
    )
    assert done.stdout + done.stderr == b""


def sentences_in(path):
    """Yield every sentence that a module holds as a text of its own.

    The keys of a phrasebook name the sentences of others.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    keys = {key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    for node in (node for node in ast.walk(tree) if node not in keys):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and re.match(r"[A-Z][^\n]{30,}\.$", node.value):
            yield node.value


def test_no_message_stands_in_two_places():
    product = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    docstrings = {inspect.cleandoc(text) for path in product for text in docstrings_of(path)}
    found = Counter(text for path in product for text in sentences_in(path))
    assert [text for text, times in found.items() if times > 1 and text not in docstrings] == []


def docstrings_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""
