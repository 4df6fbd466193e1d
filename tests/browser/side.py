"""One party before its pages: a clerk who acts and sees first what the other side will see, and two who approve."""

from __future__ import annotations

from tests.browser.passkeys import Person


class Side:
    """A party's node and its people, each with a browser and a device of their own."""

    def __init__(self, browser, party, name, width=1280):
        self.browser, self.party, self.name, self.width = browser, party, name, width
        self.page = self.somebody("clerk").page
        self.approvers = [self.somebody(f"approver-{number}") for number in (1, 2)]

    def somebody(self, called, role="release"):
        """Enrol a fictional person, who is signed in by it."""
        person = Person(self.browser, width=self.width)
        body = {"person": f"{self.name}-{called}", "roles": [role], "exercise": True}
        person.page.goto(self.party.post("people/links", body)["url"])
        person.page.get_by_role("button", name="Make a passkey").click()
        person.page.get_by_role("heading", level=1, name="Enrolled").wait_for()
        return person

    def goto(self, path, page=None):
        assert (page or self.page).goto(self.party.url + path).status == 200, path

    def shows(self, path, words):
        self.goto(path)
        assert words in self.page.locator("main").inner_text()

    def follow(self, words):
        self.page.get_by_role("link", name=words, exact=True).first.click()
        self.page.wait_for_load_state()

    def press(self, words, page=None):
        page = page or self.page
        page.get_by_role("button", name=words, exact=True).click()
        page.wait_for_load_state()
        assert page.get_by_role("alert").all_inner_texts() == []

    def fill(self, fields):
        """Fill fields by their names; `True` sets a tick."""
        for name, value in fields.items():
            field = self.page.locator(f'[name="{name}"]:not([type=hidden])')
            if value is True:
                field.check()
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def record(self, seen, fields, marking="TLP:CLEAR"):
        """Fill the form of an act, read what the other side will see of it, and record it."""
        self.fill({**fields, "marking": marking, "exercise": True})
        self.press("Show what the other side will see")
        self.page.get_by_role("heading", name="What the other side will see").wait_for()
        assert seen in self.page.locator("main").inner_text()
        self.press("Record it in the own log")

    def approve(self, index):
        """Let two people approve a request, each with a passkey."""
        for person in self.approvers:
            person.approve(self.party, index)
        self.approvers[-1].page.get_by_text("2 of 2").wait_for()
