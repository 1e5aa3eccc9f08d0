"""Aurora Móvil's own web site: plans, the account page, and Dialtone's chat widget on each."""

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.demo.world import csrf, offers, sign_in
from app.demo.world.accounts import Accounts
from app.demo.world.refusals import Refusal
from app.demo.world.visitor import Visitor
from app.demo.world.widget import Widget


def blueprint(accounts: Accounts, visitor: Visitor, widget: Widget) -> Blueprint:
    shop = Blueprint("shop", __name__)
    csrf.protect(shop)
    visitor.listen(shop)
    shop.context_processor(widget.tag)
    sign_in.add_pages(shop, accounts)

    @shop.get("/")
    def home() -> ResponseReturnValue:
        return render_template("world/shop/home.html", plans=offers.plans())

    @shop.get("/account")
    def account() -> ResponseReturnValue:
        if visitor.shopper() is None:
            return redirect(url_for(".show_sign_in"), 303)
        return render_template("world/shop/account.html")

    @shop.get("/identity")
    def fresh_identity() -> ResponseReturnValue:
        """The widget asks for this when its identity is about to grow old."""
        fresh = widget.identity()
        if not fresh:
            raise Refusal(401, "not_signed_in", "Nobody is signed in.")
        return jsonify(identity=fresh)

    return shop
