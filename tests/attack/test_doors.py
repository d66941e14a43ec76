"""AT01, AT03, AT06–AT11: every handler, tried by everybody, over a raw socket."""

from __future__ import annotations

from typing import Any

import pytest

from billing_app.kernel.audience import Audience
from billing_app.ui import policy
from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS, as_form
from tests.attack.people import WHO, tab_of, unanswered
from tests.servers import Site
from tests.wire import HYDRATE, ROOT


def fitting(site: Site, short: str) -> dict[str, Any]:
    """Arguments that the handler would accept from whoever is allowed to send it."""
    world = site.world
    customer = "Customers" in short
    form = {"party_id": "cus_" + "0" * 26, "name": "Intruder", "email": "i@world.example"}
    kind = {"due_days": "14"} if customer else {"kind": "agent"}
    nobody, contact = {"membership_id": "mem_" + "0" * 26}, {"contact_id": "con_" + "0" * 26}
    if short in {"AdminCustomerState.add", "AdminPartnerState.add"}:
        return {"form": as_form(contact | {"name": "Intruder", "email": "i@world.example"})}
    by_name: dict[str, dict[str, Any]] = {
        "grant": contact,
        "revoke": contact,
        "remove": contact,
        "ask_to_revoke": contact,
        "ask_to_remove": contact,
        "invite": {"form": as_form({"name": "I", "email": "i@world.example", "role": "owner"})},
        "invite_again": nobody,
        "change_role": nobody | {"role": "owner"},
        "suspend": nobody,
        "ask_role": nobody | {"role": "owner"},
        "ask_to_suspend": nobody,
        "set_client_login": {"to": "on"},
        "search_for": {"search": "m"},
        "archive": {"party_id": world.brandt if customer else world.northside},
        "restore": {"party_id": world.brandt if customer else world.northside},
        "add": {"form": as_form(form | kind)},
        "rename": {"form": as_form({"name": "Intruder"})},
        "refuse": {"sentence": "made up"},
        "resend": {"letter_id": "let_" + "0" * 26},
        "retry": {"job_id": "job_" + "0" * 26},
        "open": {"letter_id": "let_" + "0" * 26},
    }
    if short == "AdminUsersState.restore":
        return nobody
    return by_name.get(short.partition(".")[2], {})


def expected(who: str, rule: policy.Rule) -> str:
    """What the gate's table promises for this person: pass, denied, or led out."""
    if not rule.by_browser:
        return "denied"
    if not rule.audience:
        return "pass"
    if WHO[who] is None:
        return "led out"
    role = WHO[who] if WHO[who] in {"owner", "bookkeeper", "viewer"} else None
    audience = Audience.ADMIN if role else WHO[who]
    if audience not in rule.audience:
        return "denied"
    allowed = {
        "owner": True,
        "bookkeeper": rule.permission
        in {
            None,
            policy.Permission.LOOK,
            policy.Permission.KEEP_CUSTOMERS,
            policy.Permission.SEE_LETTERS,
        },
        "viewer": rule.permission in {None, policy.Permission.LOOK},
    }
    return "pass" if role is None or allowed[role] else "denied"


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("short", HANDLERS)
def test_at01_each_handler_does_for_each_person_what_the_table_says(
    site: Site, short: str, who: str
):
    rule = policy.POLICY[short]
    outcome = expected(who, rule)
    tab = tab_of(site, who)
    written = contents(site.database) if outcome != "pass" else None
    logged = site.log_position()

    updates = tab.ask(HANDLERS[short], fitting(site, short), path="/")

    state = HANDLERS[short].rpartition(".")[0]
    answered = any(update.get("delta", {}).get(state) for update in updates)
    redirected = "/sign-in" in repr([update.get("events") for update in updates])
    if outcome == "pass":
        assert "refused" not in site.log_since(logged)
        assert not redirected
    else:
        assert contents(site.database) == written
        assert redirected is (outcome == "led out")
        assert not answered or short.startswith("FrameState")
        assert "ZZCANARY" not in repr(updates) or who == "otto"


ROUTES = ("/", "/sign-in", "/admin", "/admin/customers", "/partner", "/customer", "/pay/x")


@pytest.mark.parametrize("path", ROUTES)
def test_at03_hydrating_anywhere_without_a_session_gives_empty_state(site: Site, path: str):
    state = site.tab().hydrate(path)

    filled = {
        f"{name}.{var}": value
        for name, values in state.items()
        if "billing_app" in name
        for var, value in values.items()
        if value and not var.startswith(("demo_", "known_"))
    }
    assert filled == {}


def test_at06_an_admins_act_sent_from_the_front_page_by_a_customer_does_nothing(site: Site):
    written = contents(site.database)
    tab = tab_of(site, "cleo")

    tab.ask(HANDLERS["AdminCustomersState.archive"], {"party_id": site.world.marsh}, path="/")

    assert contents(site.database) == written


STATE = HANDLERS["ProfileState.rename"].rpartition(".")[0]
ODD_NAMES = (
    "",
    "_",
    ROOT,
    f"{ROOT}._bind",
    f"{ROOT}.reset",
    f"{ROOT}.get_state",
    f"{ROOT}.__class__",
    f"{STATE}.__init__",
    f"{STATE}._acts",
    f"{STATE}.dict",
    f"{STATE}.setvar",
    f"{STATE}.set_name",
    f"{ROOT}.setvar",
    f"{ROOT}.hydrate",
    f"{ROOT}.set_is_hydrated",
    HANDLERS["FrameState.refuse"],
    HANDLERS["AdminCustomersState.add"].replace(".add", "._add"),
    HANDLERS["AdminCustomersState.add"].replace(".add", "._page"),
    "_redirect",
    "_call_script",
    "os.system",
)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_at07_at08_no_other_name_on_the_wire_does_anything(site: Site, name: str):
    written = contents(site.database)

    assert unanswered(site, (name, {"var_name": "name", "value": "x", "sentence": "x"}))
    assert contents(site.database) == written


def test_at09_internal_updates_of_variables_are_refused(site: Site):
    name = f"{ROOT}.reflex___state____update_vars_internal_state.update_vars_internal"
    tab = site.tab(site.world.vic.token)

    updates = tab.ask(name, {"vars": {f"{STATE}.name": "Owner", f"{ROOT}._bound_to": "x"}})

    assert updates == []
    assert "Owner" not in repr(tab.hydrate("/expired"))


def test_at10_variables_offered_at_hydration_are_refused(site: Site):
    tab = site.tab(site.world.vic.token)
    frame = HANDLERS["FrameState.enter"].rpartition(".")[0]

    forged = tab.ask(HYDRATE, {"vars": {f"{frame}.permissions": ["keep partners"]}})

    assert "keep partners" not in repr(forged) + repr(tab.hydrate("/expired"))


def test_at11_an_event_inside_the_packet_that_opens_a_socket_passes_the_same_gate(site: Site):
    written = contents(site.database)
    event = {
        "name": HANDLERS["AdminCustomersState.archive"],
        "payload": {"party_id": site.world.marsh},
        "router_data": {"pathname": "/admin"},
    }

    tab = site.tab(site.world.cleo.token, boot={"event": event})
    tab.settle()

    assert contents(site.database) == written
