"""A thumb on a form, counted: the keystroke-level model of Card, Moran and Newell (1980).

S. K. Card, T. P. Moran and A. Newell, "The keystroke-level model for user performance time with interactive
systems", Communications of the ACM 23(7), 396-410, 1980, doi:10.1145/358886.358895. Their times are of experts
at a desk; each is used here as it stands, and nothing is measured: what is asserted is a count.
"""

from __future__ import annotations

from collections import Counter

SECONDS = {
    "code": 0.75,  # K of "typing complex codes": a character of a marker
    "letter": 0.50,  # K of "typing random letters": a character of a name
    "press": 0.20,  # pressing a button, which a tap ends with
    "point": 1.10,  # P: to a target on the display
    "home": 0.40,  # H: from the page to the keyboard and back
    "mind": 1.35,  # M: before each field, and before each button
    "answer": 1.00,  # R: a page of the node; assumed
}
STEP = 0.75
"""Of the height of the display that one swipe moves the page."""


class Thumb:
    """Acts on a page as a thumb does, and counts; `fields` are those that were touched."""

    def __init__(self, page):
        self.page, self.count, self.fields = page, Counter(), 0
        self.keyboard = False

    @property
    def seconds(self):
        return sum(SECONDS[name] * number for name, number in self.count.items() if name in SECONDS)

    @property
    def taps(self):
        return self.count["press"] - self.count["swipe"]

    @property
    def keys(self):
        return self.count["code"] + self.count["letter"]

    def type(self, label, text, kind="letter"):
        field = self.page.get_by_label(label, exact=True)
        self._decide(field)
        self._tap(field)
        self._home(keyboard=True)
        self.page.keyboard.type(text)
        assert field.input_value() == text
        self.count[kind] += len(text)
        self.fields += 1

    def choose(self, label, option):
        """A tap opens the list that the phone draws, another takes the option."""
        field = self.page.get_by_label(label, exact=True)
        self._decide(field)
        self._home(keyboard=False)
        self._swipe_to(field)
        field.select_option(label=option)
        self.count.update(point=2, press=2)
        self.fields += 1

    def press(self, role, name, *, answers=True):
        target = self.page.get_by_role(role, name=name).first
        self._decide(target)
        self._home(keyboard=False)
        if answers:
            with self.page.expect_navigation():
                self._tap(target)
            self.count["answer"] += 1
        else:
            self._tap(target)

    def _decide(self, _target):
        self.count["mind"] += 1

    def _tap(self, target):
        self._swipe_to(target)
        target.tap()
        self.count.update(point=1, press=1)

    def _home(self, *, keyboard):
        if keyboard != self.keyboard:
            self.count["home"] += 1
        self.keyboard = keyboard

    def _swipe_to(self, target):
        height = self.page.viewport_size["height"]
        while True:
            box = target.bounding_box()
            if box["y"] >= 0 and box["y"] + box["height"] <= height:
                return
            before = self.page.evaluate("scrollY")
            down = 1 if box["y"] > 0 else -1
            self.page.evaluate("by => scrollBy(0, by)", down * height * STEP)
            self.count.update(point=1, press=1, swipe=1)
            if self.page.evaluate("scrollY") == before:
                return
