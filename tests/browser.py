"""A headless Chromium for tests, which reaches one host and no other."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60  # for a page to load on a machine that is busy


@dataclass
class Visit:
    """A browser's page and what went wrong in it.

    errors: messages of the console and of scripts, requests that failed, and answers that say
    no. blocked: addresses on other hosts that the page asked for.
    """

    page: Page
    host: str
    errors: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._message)
        self.page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answer)
        self.page.context.route("**/*", self._pass)

    def _message(self, message) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        left_behind = request.failure == "net::ERR_ABORTED"  # by going on to the next page
        if request.url not in self.blocked and not left_behind:
            self.errors.append(f"{request.failure}: {request.url}")

    def _answer(self, response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status}: {response.url}")

    def _pass(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc in (self.host, "") or address.scheme == "blob":
            route.continue_()
        else:
            self.blocked.append(route.request.url)
            route.abort()


@contextmanager
def open_page(address: str, width: int = 1280, height: int = 900) -> Iterator[Visit]:
    """A browser that shows an address; skips the test where there is no Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("no Chromium on this machine: apt install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(1000 * SECONDS)
        visit = Visit(page, urlsplit(address).netloc)
        page.goto(address)
        yield visit
        browser.close()
