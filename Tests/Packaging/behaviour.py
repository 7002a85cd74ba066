"""Tests are functions named by a sentence; each fails by an exception."""

import dataclasses
import time
import traceback
from typing import Callable


@dataclasses.dataclass
class Behaviour:
    sentence: str
    is_quick: bool
    hold: Callable


ALL: list[Behaviour] = []


def behaviour(sentence: str, quick: bool = False):
    """Quick ones are part of `make test`; the others of `make test-all`."""
    def remember(function):
        ALL.append(Behaviour(sentence, quick, function))
        return function
    return remember


class Skipped(Exception):
    """What can't be tried on this machine, and why; it is said loudly."""


def carry_out(behaviours: list[Behaviour], world) -> tuple[list[str], list[str]]:
    failed, skipped = [], []
    for one in behaviours:
        started = time.monotonic()
        try:
            one.hold(world)
            print(f"✔ {one.sentence} ({time.monotonic() - started:.1f} s)", flush=True)
        except Skipped as why:
            skipped.append(one.sentence)
            print(f"SKIPPED: {one.sentence}: {why}", flush=True)
        except Exception as error:
            failed.append(one.sentence)
            place = [frame for frame in traceback.extract_tb(error.__traceback__) if "/Packaging/" in frame.filename][-1]
            print(f"✘ {one.sentence}\n    {place.filename}:{place.lineno}: {place.line}\n    {str(error)[:3000]}", flush=True)
    return failed, skipped
