"""The list of stories, in the order of their numbers."""

import importlib
import pathlib
from dataclasses import dataclass
from typing import Callable

HERE = pathlib.Path(__file__).parent


@dataclass
class Story:
    number: str
    says: str
    carry_out: Callable
    file: str
    # Stories whose result it begins with; they have lower numbers.
    needs: tuple[str, ...]

    @property
    def order(self):
        return tuple(int(part) for part in self.number.removeprefix("US").split("."))


_stories: list[Story] = []


def story(number: str, says: str, needs: tuple[str, ...] = ()):
    """Marks a function of a `World` as the one test of a user story."""

    def mark(function):
        file = pathlib.Path(function.__code__.co_filename).name
        _stories.append(Story(number, says, function, f"Tests/Browser/{file}", needs))
        return function

    return mark


def all_stories() -> list[Story]:
    """Of all files of the form stories_*.py."""
    for path in sorted(HERE.glob("stories_*.py")):
        importlib.import_module(path.stem)
    stories = sorted(_stories, key=lambda one: one.order)
    numbers = [one.number for one in stories]
    assert len(numbers) == len(set(numbers)), f"a story has two tests: {numbers}"
    return stories


def chosen(number: str) -> list[Story]:
    """One story, after those that it needs."""
    stories = {one.number: one for one in all_stories()}

    def with_needs(one: Story) -> list[Story]:
        return [each for need in one.needs for each in with_needs(stories[need])] + [one]

    return [stories[each] for each in dict.fromkeys(one.number for one in with_needs(stories[number]))]
