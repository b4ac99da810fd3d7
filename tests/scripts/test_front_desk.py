"""The scripts a newcomer meets first say what they do, and the sum of a run hides nothing."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)


def bash(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs lines of shell that know scripts/lib.sh."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # a pytest inside a pytest need not know Django
    return subprocess.run(
        ["bash", "-c", f". {ROOT}/scripts/lib.sh\n{script}", "scripts/lib.sh", *arguments],
        env=environment, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_explains_itself(script):
    result = subprocess.run([script, "--help"], cwd="/", capture_output=True, text=True, timeout=60)

    assert (result.returncode, result.stderr) == (0, "")
    assert f"scripts/{script.name}" in result.stdout


def test_continuous_integration_runs_the_suite_and_nothing_of_its_own():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == [
        "set -euo pipefail",
        'cd "$(dirname "$0")/.."',
        "CI=true exec scripts/test </dev/null",
    ]


def test_what_python_compiled_is_kept_whatever_the_image_says(monkeypatch):
    """Packages are installed uncompiled: unkept, each process would compile them again at its start."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert bash("printenv PYTHONDONTWRITEBYTECODE").stdout == ""


@pytest.fixture
def bare_system(tmp_path, monkeypatch):
    """A folder with lib.sh alone, on a system where each package is missing and programs do as written here."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "lib.sh", tmp_path / "scripts")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    def program(name: str, lines: str, folder: str = "bin") -> None:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / name).write_text(f"#!/bin/bash\n{lines}\n")
        (tmp_path / folder / name).chmod(0o755)

    for name, lines in {"uname": "echo Linux", "id": "echo 0", "dpkg-query": "exit 1"}.items():
        program(name, lines)
    return program


def lines_of_shell(folder: Path, lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail; . {folder}/scripts/lib.sh\n{lines}"],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
    )  # fmt: skip


def test_nothing_installs_on_after_the_script_has_given_up(tmp_path, bare_system):
    """Python's packages cannot be had while apt-get still fetches the system's."""
    fetch = "sh -c 'echo >started; exec timeout --foreground 30 tail -f /dev/null'"
    bare_system("apt-get", f"exec flock apt.lock {fetch}")
    bare_system("python3.11", '[ "$1" = -c ] && exit 0; until [ -s started ]; do :; done; exit 1')
    (tmp_path / "lock.txt").touch()

    result = lines_of_shell(tmp_path, "need_at_once lock.txt libmagic1")

    assert result.returncode == 1
    assert subprocess.run(["flock", "-w", "10", tmp_path / "apt.lock", "true"]).returncode == 0


def test_pip_installs_where_uv_cannot_be_had(tmp_path, bare_system):
    bare_system(
        "python", 'echo "${@: -1}" >>asked; [ "${@: -1}" != requirements-uv.txt ]', folder=".venv/bin"
    )
    (tmp_path / "lock.txt").touch()

    result = lines_of_shell(tmp_path, "need_venv lock.txt")

    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "asked").read_text().split() == ["requirements-uv.txt", "lock.txt"]


def test_the_last_line_adds_up_stages_and_suites_and_a_skip_is_no_pass(tmp_path):
    (tmp_path / "test_three.py").write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert False\n"
        "@pytest.mark.skip\n"
        "def test_left_out(): pass\n"
    )

    result = bash(
        'stage "yes" true; stage "no" false\n'
        'suite "three tests" -q -c /dev/null -p no:cacheprovider --rootdir "$1" "$1"\n'
        "sum_up",
        tmp_path,
    )

    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "2 passed, 3 failed")
    assert "not passed: no, three tests" in result.stdout


def test_what_runs_behind_is_told_and_counted_at_the_end(tmp_path):
    (tmp_path / "test_bad.py").write_text("def test_bad(): assert not 'told in the end'\n")

    result = bash(
        'behind "styles" false; styles=$!\n'
        'suite_behind "slow" -q -c /dev/null -p no:cacheprovider --rootdir "$1" "$1"\n'
        'stage "yes" true; stage "styles" wait "$styles"; end_of_suite_behind; sum_up',
        tmp_path,
    )

    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "1 passed, 2 failed")
    assert "not passed: styles, slow" in result.stdout
    assert "told in the end" in result.stdout


def test_a_run_that_collects_nothing_has_failed(tmp_path):
    result = bash('suite "empty" -q -c /dev/null -p no:cacheprovider "$1"; sum_up', tmp_path)

    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "0 passed, 1 failed")


def test_a_run_without_a_failure_succeeds():
    result = bash('stage "one" true; stage "two" true; sum_up')

    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, "2 passed, 0 failed")


def test_without_root_the_missing_packages_are_named(tmp_path):
    id_of_somebody = tmp_path / "id"
    id_of_somebody.write_text("#!/bin/sh\necho 1000\n")
    id_of_somebody.chmod(0o755)

    result = bash('PATH="$1:$PATH"; need_packages no-such-package another-one', tmp_path)

    assert result.returncode == 2
    assert "sudo apt-get install -y --no-install-recommends no-such-package another-one" in result.stderr


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"])
def test_lock_files_pin_every_package_by_hash_and_name_no_registry(lock):
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())

    assert [
        entry for entry in entries if not re.match(r"\S+==\S+ (\S+ )?\\\n    --hash=sha256:", entry)
    ] == []
    assert re.findall(r"https?://|--index|--find-links", text) == []
