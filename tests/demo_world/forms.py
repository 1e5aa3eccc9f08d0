"""Fills in forms as a browser does: load the page, take its token, send."""

import re


def token_of(page):
    return re.search(r'name="csrf" value="([^"]+)"', page.text).group(1)


def submit(visitor, page, action, **fields):
    token = token_of(visitor.get(page))
    return visitor.post(action, data={"csrf": token, **fields})


def sign_in(visitor, email, password):
    return submit(visitor, "/sign-in", "/sign-in", email=email, password=password)
