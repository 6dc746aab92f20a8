"""Aravis, by GObject introspection, judges the detector: `aravis.py TAG GROUP...`."""

import os
import sys

import aravis_extras
import aravis_features
import aravis_frames
from panel import Panel
from report import check

GROUPS = {
    "features": aravis_features.CHECKS,
    "quick": aravis_frames.QUICK,
    "frames": aravis_frames.FRAMES,
    "patterns": aravis_frames.PATTERNS,
    "asynchronous": aravis_frames.ASYNCHRONOUS,
    "lost": aravis_frames.LOST,
    "chunks": aravis_extras.CHUNKS,
    "events": aravis_extras.EVENTS,
}


def main(tag, *groups):
    opened = []

    def open_panel():
        opened.append(Panel(tag))
        return opened[0].describe()

    check(f"{tag}: Aravis opens the device", open_panel)
    for group in groups if opened else ():
        for name, judge in GROUPS[group]:
            check(f"{tag}: {name}", judge, opened[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(0)  # Python would tear Aravis's objects down in an order that they do not bear
