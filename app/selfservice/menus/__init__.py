"""Every page of the menus by its name: one definition for screens, voices and their tests."""

from app.selfservice.menus import home, money, people, plans, safety, speech
from app.selfservice.menus.page import Page

PAGES: dict[str, Page] = {
    **home.PAGES,
    **money.PAGES,
    **plans.PAGES,
    **safety.PAGES,
    **people.PAGES,
    **speech.PAGES,
}
