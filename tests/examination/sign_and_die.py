"""Sign the draft of a site again and again, each time killed one step further on."""

import itertools
import os
import pathlib
import shutil
import signal
import sys
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from examination.sign_off import Signer, sign
from records.database import Database
from records.files import write_atomically
from records.reports import Reports
from reports.glyphs import register_typefaces


def sign_in(site):
    reports = Reports(Database(site / "records.db"), site / "reports")
    draft = (site / "report.pdf").read_bytes()
    kept = sign(reports, draft, Signer("Dr. Chen", datetime(2026, 9, 11, 4, 0, tzinfo=UTC)))
    write_atomically(site / "report.pdf", reports.content(kept.files["report"]))


def die_at(last):
    """Let the process be killed before the given one of all steps that make something durable."""
    steps = itertools.count(1)

    def killed_before(function):
        def step(*given, **named):
            if next(steps) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*given, **named)

        return step

    os.fsync, pathlib.Path.replace = map(killed_before, (os.fsync, pathlib.Path.replace))
    Session.flush, Session.commit = map(killed_before, (Session.flush, Session.commit))


def main(site):
    """Leave one copy of the site for every step at which the signing was killed."""
    register_typefaces()  # once, for every child
    for last in itertools.count(1):
        copy = shutil.copytree(site, site.parent / f"killed-{last}")
        child = os.fork()
        if child == 0:
            die_at(last)
            sign_in(copy)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            return


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
