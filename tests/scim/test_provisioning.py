"""The operator's directory over HTTP: people come, change, move between teams and go."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.api.v1 import tokens
from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.identity import clients, sessions
from app.identity.models import Letter, Session, SessionKind, Staff, Team
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
OURS = "urn:dialtone:params:scim:schemas:1.0:Staff"


class Directory:
    """A machine that speaks SCIM."""

    def __init__(self, app, scopes=("staff.provision",), markets=()):
        made = clients.make(by=SYSTEM, name="Directory", scopes=list(scopes), markets=list(markets))
        with app.test_request_context():
            self._token = tokens.issued(made.client, frozenset(scopes))
        self._client = app.test_client()

    def ask(self, method, path, body=None, **more):
        headers = {"Authorization": f"Bearer {self._token}"}
        kind = {} if body is None else {"json": body, "content_type": "application/scim+json"}
        return self._client.open(f"/scim/v2{path}", method=method, headers=headers, **kind, **more)

    def patch(self, path, *operations):
        return self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def directory(app):
    return Directory(app)


def eva(**more):
    return {
        "schemas": [USER],
        "userName": "Eva@Aurora.example",
        "externalId": "00u1",
        "name": {"givenName": "Eva", "familyName": "Paz"},
        "preferredLanguage": "es-MX",
        "roles": [{"value": "agent"}],
        "title": "Agent",
        **more,
    }


def made(directory, **more):
    return directory.ask("POST", "/Users", eva(**more)).json["id"]


def test_somebody_is_made_and_invited(directory):
    answer = directory.ask("POST", "/Users", eva())

    assert (answer.status_code, answer.mimetype) == (201, "application/scim+json")
    told = answer.json
    assert (told["userName"], told["displayName"]) == ("eva@aurora.example", "Eva Paz")
    assert (told["active"], told["roles"]) == (True, [{"value": "agent"}])
    assert answer.headers["Location"] == told["meta"]["location"]
    assert told["meta"]["location"] == f"http://localhost/scim/v2/Users/{told['id']}"
    letter = db.session.scalars(select(Letter)).one()
    assert "/welcome?token=" in letter.text
    assert "password" not in answer.get_data(as_text=True)
    assert db.session.scalars(select(AuditEntry.action)).all()[-1] == "staff.invited"


def test_somebody_is_found_by_her_name_and_by_nothing_that_is_not_understood(directory):
    staff_id = made(directory)

    found = directory.ask("GET", '/Users?filter=username EQ "EVA@aurora.example"').json
    none = directory.ask("GET", '/Users?filter=userName eq "nobody@aurora.example"').json
    by_id = directory.ask("GET", '/Users?filter=externalId eq "00u1"').json
    wrong = directory.ask("GET", '/Users?filter=userName sw "e"')

    assert (found["totalResults"], found["Resources"][0]["id"]) == (1, staff_id)
    assert (none["totalResults"], none["Resources"]) == (0, [])
    assert by_id["totalResults"] == 1
    assert (wrong.status_code, wrong.json["scimType"]) == (400, "invalidFilter")
    assert wrong.json["schemas"] == [ERROR]
    assert wrong.json["status"] == "400"


def test_pages_of_people_have_a_start_and_a_size(directory):
    for number in range(5):
        made(directory, userName=f"p{number}@aurora.example", externalId=f"x{number}")

    page = directory.ask("GET", "/Users?startIndex=2&count=2").json

    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 2, 2)
    assert [each["externalId"] for each in page["Resources"]] == ["x1", "x2"]


def test_one_address_is_one_person(directory):
    made(directory)

    again = directory.ask("POST", "/Users", eva(externalId="00u2"))
    same_id = directory.ask("POST", "/Users", eva(userName="other@aurora.example"))

    assert {(each.status_code, each.json["scimType"]) for each in (again, same_id)} == {
        (409, "uniqueness")
    }


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "active", "value": False},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "path": f"{USER}:active", "value": False},
    ],
)
def test_who_is_let_go_is_out_at_once(directory, operation):
    staff_id = made(directory)
    staff = db.session.get(Staff, staff_id)
    opened = sessions.open_session(
        SessionKind.STAFF, by=staff.as_actor(), user_agent="", address=""
    )

    answer = directory.patch(f"/Users/{staff_id}", operation)

    assert (answer.status_code, answer.json["active"]) == (200, False)
    assert sessions.find(SessionKind.STAFF, opened.token) is None
    assert sessions.live_staff_sessions([opened.session.id]) == {}
    assert db.session.get(Session, opened.session.id, populate_existing=True).ended_at
    back = directory.patch(f"/Users/{staff_id}", {**operation, **_with(operation, active=True)})
    assert back.json["active"] is True


def _with(operation, active):
    return {"value": {"active": active} if isinstance(operation["value"], dict) else active}


def test_names_roles_and_markets_change(directory):
    MarketFactory()
    staff_id = made(directory)

    answer = directory.patch(
        f"/Users/{staff_id}",
        {"op": "replace", "path": "name.givenName", "value": "Evita"},
        {"op": "add", "path": "name.familyName", "value": "Sol"},
        {"op": "replace", "path": "userName", "value": "evita@aurora.example"},
        {"op": "replace", "path": "roles", "value": [{"value": "manager"}]},
        {"op": "replace", "path": f"{OURS}:markets", "value": ["MX"]},
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": "x@aurora.example"},
    )

    assert answer.status_code == 200, answer.json
    staff = db.session.get(Staff, staff_id)
    assert (staff.name, staff.email) == ("Evita Sol", "evita@aurora.example")
    assert (staff.roles, staff.markets) == (["manager"], ["MX"])


@pytest.mark.parametrize(
    ("operation", "status", "kind"),
    [
        ({"op": "replace", "path": "password", "value": "x" * 20}, 400, "invalidPath"),
        ({"op": "replace", "path": "roles", "value": [{"value": "root"}]}, 400, "invalidValue"),
        ({"op": "replace", "path": "roles", "value": [{"value": "administrator"}]}, 403, None),
        ({"op": "replace", "path": "active", "value": "perhaps"}, 400, "invalidValue"),
        ({"op": "move", "path": "active", "value": True}, 400, "invalidSyntax"),
        ({"op": "replace", "value": 5}, 400, "invalidSyntax"),
        ({"op": "replace", "path": "userName", "value": "no address"}, 400, "invalidValue"),
        ({"op": "replace", "path": f"{OURS}:markets", "value": ["XX"]}, 400, "invalidValue"),
    ],
)
def test_what_may_not_be_changed_is_refused_as_scim_says_it(directory, operation, status, kind):
    staff_id = made(directory)

    answer = directory.patch(f"/Users/{staff_id}", operation)

    assert (answer.status_code, answer.json.get("scimType")) == (status, kind)
    assert answer.json["schemas"] == [ERROR]
    assert db.session.get(Staff, staff_id, populate_existing=True).roles == ["agent"]


def test_a_stolen_key_lets_the_last_administrator_be(directory):
    boss_id = StaffFactory(roles=["administrator"], markets=[]).id

    answer = directory.patch(
        f"/Users/{boss_id}", {"op": "replace", "path": "active", "value": False}
    )

    assert answer.status_code == 409
    assert db.session.get(Staff, boss_id, populate_existing=True).disabled_at is None


def test_a_directory_of_one_market_sees_and_makes_only_its_own(app):
    MarketFactory()
    MarketFactory(brazil=True)
    directory = Directory(app, markets=["MX"])
    foreign = StaffFactory(markets=["BR"])
    everywhere = StaffFactory(markets=[])

    made_one = directory.ask("POST", "/Users", eva()).json
    wider = directory.ask(
        "POST",
        "/Users",
        eva(userName="b@aurora.example", externalId="2", **{OURS: {"markets": []}}),
    )

    assert made_one[OURS] == {"markets": ["MX"]}
    assert directory.ask("GET", f"/Users/{foreign.id}").status_code == 404
    assert directory.ask("GET", f"/Users/{everywhere.id}").status_code == 404
    assert directory.ask("GET", "/Users").json["totalResults"] == 1
    assert wider.status_code == 400


def test_a_directory_of_one_market_sees_and_moves_of_a_team_only_its_own(app):
    MarketFactory()
    directory = Directory(app, markets=["MX"])
    team = Team(name="Night")
    db.session.add(team)
    db.session.commit()
    own = StaffFactory(team_id=team.id, markets=["MX"])
    foreign = StaffFactory(team_id=team.id, markets=["BR"], name="Foreign")
    path = f"/Groups/{team.id}"

    def members(answer):
        return [each["value"] for each in answer.json["members"]]

    listed = directory.ask("GET", "/Groups")
    stolen = {"displayName": "Ours", "members": [{"value": str(foreign.id)}]}
    refused = directory.ask("PUT", path, stolen)

    assert "Foreign" not in listed.get_data(as_text=True)
    assert members(directory.ask("GET", path)) == [str(own.id)]
    asked = f'/Groups?filter=id eq "{team.id}" and members eq "{foreign.id}"'
    assert directory.ask("GET", asked).json["totalResults"] == 0
    assert (refused.status_code, db.session.get(Team, team.id, populate_existing=True).name) == (
        404,
        "Night",
    )
    assert members(directory.ask("PUT", path, {"displayName": "Night", "members": []})) == []
    assert db.session.get(Staff, foreign.id, populate_existing=True).team_id == team.id


def test_a_stolen_key_gets_no_administrators_mail(directory):
    StaffFactory(roles=["administrator"], markets=[])
    boss = StaffFactory(roles=["administrator"], markets=[])
    boss_id, email = boss.id, boss.email
    stolen = {"op": "replace", "path": "userName", "value": "thief@evil.example"}

    answer = directory.patch(f"/Users/{boss_id}", stolen)

    assert answer.status_code == 403
    assert db.session.get(Staff, boss_id, populate_existing=True).email == email


def test_who_has_yet_to_come_in_is_invited_at_her_new_address(app, directory):
    def letters():
        found = db.session.scalars(select(Letter).order_by(Letter.written_at))
        return [(each.address, re.search(r"token=(\S+)", each.text)[1]) for each in found]

    staff_id = made(directory)
    corrected = {"op": "replace", "path": "userName", "value": "eva.paz@aurora.example"}
    directory.patch(f"/Users/{staff_id}", corrected)

    (_wrong, first), (address, second) = letters()
    opened = [
        app.test_client().get("/welcome", query_string={"token": token}).status_code
        for token in (first, second)
    ]
    assert (address, opened) == ("eva.paz@aurora.example", [410, 200])


def test_groups_are_teams_and_their_members_come_and_go(directory):
    one, two = made(directory), made(directory, userName="b@aurora.example", externalId="2")

    group = directory.ask("POST", "/Groups", {"displayName": "Night", "members": [{"value": one}]})
    path = f"/Groups/{group.json['id']}"
    added = directory.patch(path, {"op": "Add", "path": "members", "value": [{"value": two}]})
    taken = directory.patch(path, {"op": "remove", "path": f'members[value eq "{one}"]'})
    renamed = directory.patch(path, {"op": "replace", "value": {"displayName": "Late"}})
    emptied = directory.ask("PUT", path, {"displayName": "Late", "members": []})
    found = directory.ask("GET", '/Groups?filter=displayName eq "Late"').json

    assert group.status_code == 201
    assert {each["value"] for each in added.json["members"]} == {one, two}
    assert [each["value"] for each in taken.json["members"]] == [two]
    assert renamed.json["displayName"] == "Late"
    assert emptied.json["members"] == []
    assert found["totalResults"] == 1
    assert db.session.scalars(select(Team.name)).all() == ["Late"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('userName eq "eva@aurora.example" and active eq true', 1),
        ('userName eq "eva@aurora.example" and active eq false', 0),
        ('emails[type eq "work"].value eq "eva@aurora.example"', 1),
        (f'{USER}:userName eq "Eva@aurora.example"', 1),
        ('displayName eq "Eva Paz"', 1),
        ('externalId eq "00u2"', 0),
    ],
)
def test_somebody_is_found_as_okta_and_entra_ask(directory, query, found):
    made(directory)

    answer = directory.ask("GET", "/Users", query_string={"filter": query})

    assert (answer.status_code, answer.json["totalResults"]) == (200, found), answer.json


@pytest.mark.parametrize(
    "query",
    [
        'userName eq "a" or active eq true',
        'userName co "a"',
        "userName eq",
        'userName eq "a" and',
        'password eq "a"',
        'emails[type eq "home"].value eq "a"',
        'userName eq ""',
        'id eq "1" and id eq "1" and id eq "1" and id eq "1"',
        '(userName eq "a")',
    ],
)
def test_a_filter_that_is_not_understood_finds_nobody(directory, query):
    answer = directory.ask("GET", "/Users", query_string={"filter": query})

    assert (answer.status_code, answer.json["scimType"]) == (400, "invalidFilter")


def test_entras_patches_are_understood(directory):
    """Paths with filters, “Add”, truth as text, and what we do not keep."""
    staff_id = made(directory)
    department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"

    answer = directory.patch(
        f"/Users/{staff_id}",
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "eva@aurora.example"},
        {"op": "Add", "path": "roles", "value": [{"value": "auditor", "display": "Auditor"}]},
        {"op": "Replace", "path": "name.familyName", "value": "Luz"},
        {"op": "Add", "path": department, "value": "Care"},
        {"op": "Replace", "path": "active", "value": "True"},
    )

    assert answer.status_code == 200, answer.json
    told = answer.json
    assert (told["displayName"], told["active"]) == ("Eva Luz", True)
    assert [each["value"] for each in told["roles"]] == ["agent", "auditor"]
    one = directory.patch(
        f"/Users/{staff_id}",
        {"op": "Replace", "path": 'roles[primary eq "True"].value', "value": "manager"},
    )
    assert one.json["roles"] == [{"value": "manager"}]


def test_oktas_patches_are_understood(directory):
    """No path, an object of what should hold, dotted names in it."""
    staff_id = made(directory)

    answer = directory.patch(
        f"/Users/{staff_id}",
        {"op": "add", "value": {"roles": [{"value": "auditor"}], "name.givenName": "Evita"}},
        {"op": "remove", "path": 'roles[value eq "agent"]'},
    )

    assert answer.json["roles"] == [{"value": "auditor"}]
    assert answer.json["displayName"] == "Evita Paz"


def test_who_is_deleted_is_let_go_and_can_be_taken_back(directory):
    staff_id = made(directory)
    staff = db.session.get(Staff, staff_id)
    opened = sessions.open_session(
        SessionKind.STAFF, by=staff.as_actor(), user_agent="", address=""
    )

    gone = [directory.ask("DELETE", f"/Users/{staff_id}") for _ in range(2)]

    assert [(each.status_code, each.data) for each in gone] == [(204, b"")] * 2
    assert sessions.find(SessionKind.STAFF, opened.token) is None
    assert directory.ask("GET", f"/Users/{staff_id}").json["active"] is False
    back = directory.patch(f"/Users/{staff_id}", {"op": "replace", "value": {"active": True}})
    assert back.json["active"] is True
    assert directory.ask("DELETE", f"/Users/{SOMEBODY}").status_code == 404
    boss = StaffFactory(roles=["administrator"], markets=[])
    assert directory.ask("DELETE", f"/Users/{boss.id}").status_code == 409


SOMEBODY = "01890000-0000-7000-8000-000000000000"


def test_a_group_is_looked_into_as_entra_does_and_emptied_when_it_is_deleted(directory):
    one = made(directory)
    group = directory.ask("POST", "/Groups", {"displayName": "Night", "members": [{"value": one}]})
    path = f"/Groups/{group.json['id']}"
    inside = f'id eq "{group.json["id"]}" and members eq "{{}}"'

    def found(filter_):
        query = {"filter": filter_, "excludedAttributes": "members"}
        return directory.ask("GET", "/Groups", query_string=query).json

    assert found(inside.format(one))["totalResults"] == 1
    assert found(inside.format(SOMEBODY))["totalResults"] == 0
    assert "members" not in found('displayName eq "Night"')["Resources"][0]
    assert directory.ask("GET", f"{path}?attributes=displayName").json.keys() == {
        "schemas", "id", "meta", "displayName"
    }  # fmt: skip
    assert directory.ask("DELETE", path).status_code == 204
    assert directory.ask("GET", path).json["members"] == []


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"userName": "\\u0000"}', b'{"userName": "\\ud800"}', b"[" * 100_000]
)
def test_what_is_no_user_is_refused_without_a_fault(directory, content):
    answer = directory.ask("POST", "/Users", data=content, content_type="application/scim+json")

    assert (answer.status_code, answer.json["scimType"]) == (400, "invalidSyntax")


def test_a_key_without_the_scope_or_whose_time_is_over_opens_nothing(app, directory):
    other = Directory(app, scopes=("customers.read",))
    nobody = app.test_client().get("/scim/v2/Users")

    assert other.ask("GET", "/Users").status_code == 403
    assert (nobody.status_code, nobody.json["schemas"]) == (401, [ERROR])
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    with clock.moved_to(clock.now() + timedelta(minutes=15, seconds=1)):
        assert directory.ask("GET", "/Users").status_code == 401


def test_what_the_service_can_do_is_told(directory):
    told = directory.ask("GET", "/ServiceProviderConfig").json
    kinds = directory.ask("GET", "/ResourceTypes").json

    assert told["patch"]["supported"]
    assert not told["bulk"]["supported"]
    assert {each["id"] for each in kinds["Resources"]} == {"User", "Group"}
    assert directory.ask("GET", "/ResourceTypes/User").json["endpoint"] == "/Users"
    described = directory.ask("GET", "/Schemas").json["Resources"]
    assert {each["id"] for each in described} >= {USER, OURS}
    for each in described:
        assert directory.ask("GET", f"/Schemas/{each['id']}").json == each
    nothing = [directory.ask("GET", path) for path in ("/Schemas/urn:x", "/ResourceTypes/Device")]
    assert {each.status_code for each in nothing} == {404}


def test_every_attribute_that_is_shown_is_described(directory):
    shown = directory.ask("GET", f"/Users/{made(directory)}").json
    described = {
        each["name"]
        for schema in directory.ask("GET", "/Schemas").json["Resources"]
        for each in schema["attributes"]
    }

    assert shown.keys() - {"schemas", "id", "externalId", "meta", OURS} <= described


def test_there_is_nothing_else_and_scim_says_so(directory):
    answer = directory.ask("GET", "/Bulk")

    assert (answer.status_code, answer.mimetype) == (404, "application/scim+json")
    assert answer.json["schemas"] == [ERROR]
