"""What is looked for on a page: faults of access, of width, of words cut off, of the browser."""

import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
OVER = "/desk/macros"  # a short page, for dialogs to stand over
SERIOUS = {"serious", "critical"}
# Other programs, away in these tests, and what a browser asks for by itself.
AWAY = ("/socket.io/", "localhost:1/", "/favicon.ico")
MEASURES = (Path(__file__).parent / "measures.js").read_text()
# Until nothing is fetched into the page any more.
SETTLED = """() => new Promise((done) => {
  const look = () => (document.querySelector(".htmx-request") ? setTimeout(look, 20) : done());
  look();
})"""
# As the switch of a page does it.
IN_THEME = """(theme) => {
  document.documentElement.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("theme-changed"));
}"""
ALL, COLOURS = {}, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# For whoever wants to see for herself: the folder where pictures go.
PICTURES = os.environ.get("PICTURES", "")


class Eyes:
    """One page of a browser, shown one thing after the other; remembers what was wrong."""

    def __init__(self, page):
        self._page = page
        self._said, self._seen = [], False
        self.wrong = []
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.on("console", self._listen)

    def look_at(self, path, name, *, may_refuse=False):
        """A page whole; what is fetched into a dialog, in one; parts of pages not at all."""
        self._page.set_viewport_size(WIDE)
        answer = self._page.goto(path)
        if not (answer.ok or may_refuse):
            self.wrong.append(f"{name}: {answer.status}; is something not filled in?")
        elif not answer.headers.get("content-type", "").startswith("text/html"):
            return
        elif self._page.locator("#main").count():
            # What stands around every page is looked at around the first one.
            self._look(name, "#main" if self._seen else "body")
            self._seen = True
        elif self._page.locator(".dialog-head").count():
            self._open_dialog(path)
            self._look(name, "#dialog")

    def look_at_filled(self, path, name, words):
        """A dialog when somebody has written into it, and what it says to that."""
        self._open_dialog(path)
        for field, said in words.items():
            self._page.fill(f"#dialog [name={field}]", said)
        self._page.keyboard.press("Tab")
        self._look(name, "#dialog")

    def see(self, words):
        """On what was looked at last."""
        return self._page.get_by_text(words).first.is_visible()

    def _open_dialog(self, path):
        self._page.goto(OVER)
        fetch = "path => htmx.ajax('GET', path, {target: '#dialog', swap: 'innerHTML'})"
        self._page.evaluate(fetch, path)
        self._page.wait_for_selector("#dialog[open]")

    def _look(self, name, within):
        page = self._page
        page.evaluate(SETTLED)
        page.evaluate(AXE_SCRIPT)
        faults = [*self._serious("light", within, ALL)]
        self._picture(name, "light")
        faults += page.evaluate(MEASURES, within)
        self._in_theme("dark")
        faults += self._serious("dark", within, COLOURS)
        self._picture(name, "dark")
        self._in_theme("light")
        page.set_viewport_size(NARROW)
        faults += page.evaluate(MEASURES, within)
        for pane in page.locator("[data-shows-pane]").all():  # shown one at a time now
            pane.click()
            faults += page.evaluate(MEASURES, within)
        self._picture(name, "narrow")
        faults += self._said
        self._said.clear()
        self.wrong += [f"{name}: {each}" for each in dict.fromkeys(faults)]

    def _listen(self, message):
        address = message.location.get("url", "")
        refused = address == self._page.url and message.text.startswith("Failed to load resource")
        away = any(each in address + message.text for each in AWAY)
        if message.type == "error" and not (away or refused):
            self._said.append(f"{address} {message.text[:300]}")

    def _serious(self, theme, within, options):
        asked = {"resultTypes": ["violations"], **options}
        run = "([within, asked]) => axe.run(within, asked).then(found => found.violations)"
        for each in self._page.evaluate(run, [within, asked]):
            if each["impact"] in SERIOUS:
                for node in each["nodes"][:4]:
                    data = (node["any"] or [{}])[0].get("data") or {}
                    told = data.get("contrastRatio", "") if isinstance(data, dict) else ""
                    yield f"{each['id']} in {theme}: {node['html'][:160]} {told}"

    def _in_theme(self, theme):
        self._page.evaluate(IN_THEME, theme)

    def _picture(self, name, kind):
        if PICTURES:
            self._page.screenshot(path=f"{PICTURES}/{name}-{kind}.png")
