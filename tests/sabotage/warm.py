"""A Python that has imported what others wrote, and forks one run of pytest after the other in the folder it stands in.

Half of a run's start goes into packages that no sabotage touches. They are imported once: which they are, a first run
that only collects tells. What is ours is imported by each run itself, as it stands then.

Each line on standard input is a run: `{"arguments": […], "surroundings": {…}, "log": path}`. Its exit code is the
answer, a line on standard output.
"""

import gc
import importlib
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

OURS = Path.cwd()


def main() -> None:
    for line in sys.stdin:
        run = json.loads(line)
        os.environ.update(run["surroundings"])
        child = os.fork()
        if child == 0:
            _live(run)
        _, ended = os.waitpid(child, 0)
        if "tell" in run:
            _learn(json.loads(Path(run["tell"]).read_text()))
        for name in run["surroundings"]:
            del os.environ[name]
        print(os.waitstatus_to_exitcode(ended), flush=True)


def _live(run: dict) -> None:
    log = os.open(run["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 70
    try:
        import pytest  # by the first run, and from then on warm

        code = pytest.main(run["arguments"])
        if "tell" in run:
            Path(run["tell"]).write_text(json.dumps([name for name in sys.modules if _is_of_others(name)]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _is_of_others(name: str) -> bool:
    file = getattr(sys.modules[name], "__file__", None)
    return bool(file) and OURS not in Path(file).parents


def _learn(names: list[str]) -> None:
    """In the order in which they were imported; what asks for settings of ours has to wait for each run."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
