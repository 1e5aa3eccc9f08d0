"""What the demo says when it is ready: where things are and who one can be."""

from rich.console import Console
from rich.table import Table

from app.demo import households, operator
from app.demo.cases.machines import API_CLIENT
from app.demo.cast import CAST
from app.demo.stack import Stack


def introduce(console: Console, stack: Stack, *, seconds: float) -> None:
    console.print(f"\n[bold green]Dialtone is ready[/] after {seconds:.0f} s. Ctrl-C ends it.\n")
    console.print(_places(stack))
    console.print(_customers())
    console.print(_staff())
    if not stack.with_bot:
        console.print("[yellow]The bot is not running: every conversation goes to people.[/]")


def _places(stack: Stack) -> Table:
    table = Table("where", "what", box=None, header_style="dim")
    table.add_row(f"{stack.world_url}/", "the operator's own site, with the chat widget")
    table.add_row(f"{stack.url}/", "the desk of agents and supervisors")
    table.add_row(f"{stack.url}/my/", "the customers' portal")
    table.add_row(f"{stack.world_url}/authenticator/", "the staff's second factor")
    table.add_row(f"{stack.world_url}/gateway/", "how the payment gateway behaves")
    table.add_row(f"{stack.world_url}/phone/", "a customer's phone; /mailbox/ her mails")
    table.add_row(f"{stack.world_url}/network/", "how the network behaves; /registry/, /porting/")
    dialled = f"*123# and calls, PIN {operator.CARE_PIN}; /phone/call"
    table.add_row(f"{stack.world_url}/phone/ussd", dialled)
    table.add_row(str(stack.state / API_CLIENT), "a partner's client of the API")
    return table


def _customers() -> Table:
    table = Table("customer", "password", "who", box=None, header_style="dim")
    for member in CAST:
        table.add_row(member.email, member.password, f"{member.name}: {member.story}")
    for row in households.TOLD:
        table.add_row(*row)
    return table


def _staff() -> Table:
    table = Table("staff", "password", "role", "markets", box=None, header_style="dim")
    for each in operator.COLLEAGUES:
        markets = ", ".join(each.markets) or "all"
        table.add_row(each.email, operator.PASSWORD, ", ".join(each.roles), markets)
    return table
