"""The listener's panel: where, who may send, who was refused, and what came in."""

from __future__ import annotations

import re
import socket

import pytest
from playwright.sync_api import Locator, expect

from deforum_perform.core.errors import ListenError
from deforum_perform.osc.datagrams import Datagrams
from tests.browser.screen import Screen
from tests.browser.standalone_app import App, free_port, packet

TABLET = "192.168.1.23"
ITS_NETWORK = "192.168.1.0/24"


def stranger(app: App, host: str, count: int, address: str = "/tablet") -> None:
    """What another computer sends, as the listener hands it on."""
    stamps = [app.performer.parts.clock_ns()] * count
    app.performer.parts.reception.receive(Datagrams(stamps, [packet(address, 0.5)] * count, [(host, 5000)] * count))


@pytest.fixture
def panel(screen: Screen) -> Locator:
    """The open panel."""
    screen.page.locator("#perform_osc").click()
    return screen.page.locator(".perform-listener")


@pytest.fixture
def network(app: App, screen: Screen) -> Locator:
    """The open panel of a page that the network reaches."""
    app.do("listener.change", host="0.0.0.0", port=app.port)
    screen.page.locator("#perform_osc").click()
    section = screen.page.locator(".perform-allowed")
    expect(section).to_be_visible()
    return section


def test_this_computer_alone_is_asked_nothing(panel: Locator) -> None:
    """While only this computer can send there is no list of senders; choosing the network asks at once for the allowed
    senders."""
    expect(panel.locator(".perform-allowed")).to_be_hidden()
    panel.get_by_text("the network too").click()
    expect(panel.locator("#perform_host")).to_have_value("0.0.0.0")
    expect(panel.locator(".perform-allowed")).to_be_visible()
    expect(panel.locator(".perform-allowed")).to_contain_text("None yet")
    panel.locator("#perform_host").fill("::1")
    expect(panel.locator(".perform-allowed")).to_be_hidden()


def test_the_panel_stays_until_a_sender_is_allowed(app: App, panel: Locator, screen: Screen) -> None:
    """Listening on the network keeps the panel open while there are no allowed senders, and shows this computer's
    addresses with the port, never 0.0.0.0."""
    panel.get_by_text("the network too").click()
    panel.get_by_role("button", name="Listen here").click()
    expect(screen.part("osc", ".perform-transport")).to_have_text(f"OSC {app.port} net")
    expect(panel.locator("[part=own]")).to_contain_text(re.compile(rf"port {app.port}|in no network"))
    own = app.state()["listener"]["addresses"]
    for address in own[:3]:
        expect(panel.locator("[part=own]")).to_contain_text(address)
    if own:
        expect(screen.page.locator("#perform_where")).to_have_text(f"{own[0]}:{app.port}")


def test_no_address_is_named_before_perform_listens_there(app: App, panel: Locator, screen: Screen) -> None:
    """While another host or port is only typed, the panel names neither an address nor a port for a tablet; once
    Perform listens there it does."""
    own = panel.locator("[part=own]")
    panel.get_by_text("the network too").click()
    expect(own).to_have_text(re.compile("^Press Listen here first"))
    expect(own).not_to_contain_text(str(app.port))
    panel.get_by_role("button", name="Listen here").click()
    expect(own).to_have_text(re.compile(rf"port {app.port}|in no network"))
    panel.locator("#perform_port").fill("9123")
    expect(own).to_have_text(re.compile("^Press Listen here first"))
    panel.locator("#perform_port").fill(str(app.port))
    expect(own).to_have_text(re.compile(rf"port {app.port}|in no network"))


@pytest.mark.parametrize("box", ["#perform_host", "#perform_port"])
def test_enter_listens_where_is_typed(app: App, panel: Locator, screen: Screen, box: str) -> None:
    """Enter in Host or Port does what the button does, what is refused included; of the present place it says that
    Perform listens there already."""
    panel.locator(box).press("Enter")
    expect(screen.toast(f"Perform listens on 127.0.0.1:{app.port} already.")).to_be_visible()
    port = free_port(socket.SOCK_DGRAM)
    panel.locator("#perform_port").fill("99999")
    panel.locator(box).press("Enter")
    expect(panel.get_by_text("whole number from 1 to 65535")).to_be_visible()
    panel.locator("#perform_port").fill(str(port))
    panel.locator(box).press("Enter")
    expect(screen.part("osc", ".perform-transport")).to_have_text(f"OSC {port}")
    assert app.state()["listener"]["port"] == port


def test_the_reason_comes_first_where_nothing_can_be_received(app: App, screen: Screen) -> None:
    """Where the port is taken or a thread of the listener fails, the panel begins with the reason, and the monitor
    says it too, in place of an address to send to."""
    expect(screen.page.locator("#perform_where")).to_be_visible()
    reason = f"OSC port {app.port} of 127.0.0.1 is held by another program. Close it."
    app.performer.listening.problem = ListenError(reason, "127.0.0.1", app.port, free_port=9999)
    app.performer.publisher.publish()
    expect(screen.part("rate", ".perform-transport")).to_have_text("in use")
    expect(screen.page.locator("#perform_where")).to_be_hidden()
    expect(screen.part("deaf", ".perform-monitor")).to_contain_text(reason)
    screen.page.locator("#perform_osc").click()
    expect(screen.part("lead", ".perform-listener")).to_contain_text(reason)
    expect(screen.popover).not_to_contain_text("Not listening.")
    expect(screen.popover.get_by_role("button", name="Use 9999")).to_be_visible()
    app.performer.listening.problem = None
    app.performer.publisher.publish()
    expect(screen.part("lead", ".perform-listener")).to_have_text(f"Listening for OSC on 127.0.0.1:{app.port}.")
    expect(screen.page.locator("#perform_where")).to_be_visible()


def test_a_refused_sender_is_shown_and_allowed(app: App, network: Locator, screen: Screen) -> None:
    """A refused sender is shown with a count and marked at the button above; one press allows it, and it is
    received."""
    mark = screen.part("asks", ".perform-transport")
    expect(mark).to_be_hidden()
    stranger(app, TABLET, 42)
    expect(network.locator("[part=refusedText]")).to_contain_text(f"{TABLET} was refused: 42 packets")
    expect(mark).to_be_visible()
    expect(screen.sources).to_have_count(0)
    network.get_by_role("button", name=f"Allow {TABLET}", exact=True).click()
    expect(network.locator(".perform-allowed-item")).to_have_text([TABLET])
    expect(network.locator(".perform-allowed-refused")).to_be_hidden()
    expect(mark).to_be_hidden()
    stranger(app, TABLET, 1)
    expect(screen.part("name", ".perform-source")).to_have_text("/tablet")


def test_a_network_is_allowed_and_taken_out_again(app: App, network: Locator) -> None:
    """The refused sender's network can be allowed as a whole; the cross takes it off the list."""
    stranger(app, TABLET, 1)
    network.get_by_role("button", name=f"Allow its network {ITS_NETWORK}").click()
    expect(network.locator(".perform-allowed-item")).to_have_text([ITS_NETWORK])
    network.get_by_role("button", name=f"Remove {ITS_NETWORK}").click()
    expect(network).to_contain_text("None yet")
    assert app.state()["listener"]["senders"]["allowed"] == []


def test_a_warning_can_be_put_away(app: App, network: Locator, screen: Screen) -> None:
    """A sender that shall stay refused warns no more; another one does."""
    stranger(app, TABLET, 1)
    network.get_by_role("button", name="Stop warning").click()
    expect(screen.part("asks", ".perform-transport")).to_be_hidden()
    stranger(app, "10.9.8.7", 1)
    expect(screen.part("asks", ".perform-transport")).to_be_visible()


def test_what_is_no_address_is_said_at_the_box(app: App, network: Locator, screen: Screen) -> None:
    """A wrong address stays typed, with the reason below it; typing on takes the reason away, and Enter adds."""
    box, message = network.locator("#perform_sender"), network.locator(".perform-allowed-add .perform-problem")
    network.get_by_role("button", name="Allow").click()
    expect(message).to_contain_text("Type the address")
    box.fill("192.168.300.1")
    box.press("Enter")
    expect(message).to_contain_text("192.168.300.1")
    expect(box).to_have_value("192.168.300.1")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("192.168.1.7/24")
    expect(message).to_be_hidden()
    box.press("Enter")
    expect(network.locator(".perform-allowed-item")).to_have_text([ITS_NETWORK])
    expect(box).to_have_value("")
    screen.forgive("422")


def test_controls_and_limit_are_kept(app: App, network: Locator) -> None:
    """What network senders may do and how fast they may send is changed in place; where Perform listens stays."""
    network.get_by_role("checkbox").click()
    limit = network.locator("[part=limit]")
    limit.fill("0")
    limit.press("Enter")
    expect(network.get_by_text("a whole number from 1")).to_be_visible()
    limit.fill("800")
    limit.press("Enter")
    expect(network.get_by_text("a whole number from 1")).to_be_hidden()
    app.do("listener.allow", sender=TABLET)
    stranger(app, TABLET, 1, "/perform/record")
    expect(network.locator("[part=controlsText]")).to_contain_text("1 refused")
    state = app.state()["listener"]
    assert (state["host"], state["port"]) == ("0.0.0.0", app.port)
    assert (state["senders"]["controls"], state["senders"]["limit_hz"]) == (False, 800)


def test_who_sends_too_much_is_named(app: App, network: Locator) -> None:
    """A sender over its limit is shown with how much was refused."""
    app.do("listener.change", host="0.0.0.0", port=app.port, allowed=[TABLET], limit_hz=100)
    stranger(app, TABLET, 150)
    expect(network.locator("[part=limited]")).to_contain_text(f"{TABLET} (50 refused)")


def test_a_port_is_refused_at_its_box(panel: Locator) -> None:
    """A port that is none is said below the box, and what was typed stays."""
    box = panel.locator("#perform_port")
    box.fill("99999")
    panel.get_by_role("button", name="Listen here").click()
    expect(panel.get_by_text("whole number from 1 to 65535")).to_be_visible()
    expect(box).to_have_value("99999")


def test_malformed_packets_are_listed_by_kind(app: App, panel: Locator) -> None:
    """What was malformed is folded out by kind, in words; the numbers move while the panel is open."""
    for _ in range(3):
        app.send_bytes(b"nothing that OSC allows")
    app.send_bytes(b"/a\0\0,f\0\0")
    expect(panel.locator("[part=malformed]")).to_have_text("4")
    expect(panel.locator("[part=kinds]")).to_be_hidden()
    panel.get_by_role("button", name="which?").click()
    kinds = panel.locator("[part=kinds] li")
    expect(kinds).to_have_count(2)
    expect(kinds.first).to_have_text("3 × length not a multiple of four")


def test_messages_that_break_a_rule_are_listed_separately(app: App, panel: Locator, screen: Screen) -> None:
    """What was read despite an error is counted beside what could not be read, with the rule that it breaks."""
    expect(panel.locator("[part=irregularFact]")).to_be_hidden()
    for _ in range(2):
        app.send_bytes(b"/a\0x,f\0\0\x3f\0\0\0")
    expect(panel.locator("[part=irregular]")).to_have_text("2")
    expect(panel.locator("[part=malformed]")).to_have_text("0")
    panel.get_by_role("button", name="which?").click()
    expect(panel.locator("[part=kinds] li")).to_have_text(["2 × padding is not zero; the rest was read"])
    expect(screen.sources).to_have_count(1)


def test_stamps_and_the_buffer_are_shown(app: App, panel: Locator) -> None:
    """The panel says who stamps, and for how long nothing is lost at the present rate."""
    expect(panel.locator("[part=stamps]")).to_have_text(re.compile("^by (the system|Perform)"))
    kept = panel.locator("[part=survives]")
    expect(kept).to_have_text(re.compile(r"^[\d,]+ messages can wait$"))
    app.send("/a", 0.5)
    expect(kept).to_have_text(re.compile(r"^[\d.]+ (s|min|h) of messages can wait$"))


def test_a_panel_that_grows_by_itself_stays_on_the_screen(panel: Locator, screen: Screen) -> None:
    """A panel whose text grows without user action is moved back onto the page."""
    expect(panel).to_be_visible()
    panel.evaluate("node => { node.style.minHeight = '800px'; }")
    screen.until(
        """() => {
            const box = (which) => document.querySelector(which).getBoundingClientRect();
            return box(".perform-popover").bottom <= box("#perform_root").bottom;
        }"""
    )


def test_a_panel_that_grows_stays_on_the_screen(app: App, panel: Locator, screen: Screen) -> None:
    """However much the panel comes to hold, all of it is inside the page."""
    app.do("listener.change", host="127.0.0.1", port=app.port, allowed=[f"10.{n}.0.0/16" for n in range(60)])
    panel.get_by_text("the network too").click()
    stranger(app, TABLET, 1)
    expect(panel.locator(".perform-allowed-refused")).to_be_visible()
    box, root = screen.popover.bounding_box(), screen.page.locator("#perform_root").bounding_box()
    assert box is not None
    assert root is not None
    assert box["y"] >= root["y"]
    assert box["y"] + box["height"] <= root["y"] + root["height"]
    assert box["x"] + box["width"] <= root["x"] + root["width"]
