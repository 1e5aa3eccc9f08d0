"""Teams and the operator's own roles, as the file of the configuration has them."""

from collections.abc import Mapping
from typing import cast

from app.core.actor import Actor
from app.core.i18n import lazy
from app.core.portable import Item, Section
from app.identity import roles, teams


class TeamItem(Item):
    """Who is in it is not of the configuration."""


class Teams(Section):
    name = "teams"
    words = lazy("Teams")
    kind = TeamItem
    permission = "staff.manage"

    def export(self) -> Mapping[str, Item]:
        return {each.name: TeamItem() for each in teams.every_team()}

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        teams.add_team(key, by=by)


class RoleItem(Item):
    permissions: tuple[str, ...]


class Roles(Section):
    """Those that were put together here; who has them is not of the configuration."""

    name = "roles"
    words = lazy("Your own roles")
    kind = RoleItem
    permission = roles.MANAGES

    def export(self) -> Mapping[str, Item]:
        return {
            each.name: RoleItem(permissions=tuple(sorted(each.permissions)))
            for each in roles.every_role()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        given = cast("RoleItem", item).permissions
        known = next((each for each in roles.every_role() if each.name == key), None)
        if known is None:
            roles.make(key, given, by=by)
        else:
            roles.change(known.id, key, given, by=by)
