"""Signing in to the shop and out of it."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.demo.world.accounts import Accounts

PAGE = "world/shop/sign_in.html"
LONGEST_PASSWORD = 200


def add_pages(shop: Blueprint, accounts: Accounts) -> None:
    @shop.get("/sign-in")
    def show_sign_in() -> ResponseReturnValue:
        return render_template(PAGE, is_open=accounts.is_open(), email="")

    @shop.post("/sign-in")
    def sign_in() -> ResponseReturnValue:
        email, password = request.form.get("email", ""), request.form.get("password", "")
        if len(password) > LONGEST_PASSWORD:
            password = ""
        shopper = accounts.sign_in(email, password)
        if shopper is None:
            is_open = accounts.is_open()
            return render_template(PAGE, is_open=is_open, email=email, refused=is_open), 403
        session.clear()
        session["customer"] = shopper.reference
        return redirect(url_for(".account"), 303)

    @shop.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        session.clear()
        return redirect(url_for(".home"), 303)
