"""All pages under /console as one blueprint; without the settings for log-in, the page that names them."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from bot.console.articles import add_articles
from bot.console.comments import add_comments
from bot.console.contract import add_contract
from bot.console.correcting import add_correcting
from bot.console.countersigning import add_countersigning
from bot.console.coverage import add_coverage
from bot.console.dossiers import add_dossiers
from bot.console.figures_import import add_figures_import
from bot.console.hand import add_hand
from bot.console.handin import add_hand_in
from bot.console.hiring import add_hiring
from bot.console.home import add_home
from bot.console.odd import add_odd
from bot.console.pages import add_frame, page
from bot.console.read import add_read
from bot.console.recording import add_recording
from bot.console.records import add_records
from bot.console.report import add_report
from bot.console.report_list import add_report_list
from bot.console.rights import add_rights
from bot.console.tickets import add_tickets
from bot.console.verdicts import add_verdicts
from bot.console.visits import add_visits
from bot.console.weekly import add_weekly
from bot.console.weekly_open import add_weekly_open
from bot.console.withdrawing import add_withdrawing
from bot.links import what_to_write
from bot.login import add_login
from bot.wiring import Parts

ANY = ["GET", "POST"]


def create_console(parts: Parts) -> Blueprint:
    """Return the blueprint of the pages of one account."""
    console = Blueprint("console", __name__, url_prefix="/console")
    add_frame(console, parts.config.account.name)
    if trouble := what_to_write(parts.config.server):

        @console.route("", methods=ANY)
        @console.route("/", methods=ANY)
        @console.route("/<path:anything>", methods=ANY)
        def closed(anything: str = "") -> Response:
            return page("trouble", status=503, heading="网页还没有开通", text=trouble)

        return console
    add_login(console, parts)
    add_home(console, parts)
    add_hand_in(console, parts)
    add_articles(console, parts)
    add_rights(console, parts)
    add_verdicts(console, parts)
    add_recording(console, parts)
    add_countersigning(console, parts)
    add_comments(console, parts)
    add_tickets(console, parts)
    add_withdrawing(console, parts)
    add_correcting(console, parts)
    add_figures_import(console, parts)
    add_odd(console, parts)
    add_hand(console, parts)
    add_records(console, parts)
    add_contract(console, parts)
    add_report(console, parts)
    add_report_list(console, parts)
    add_visits(console, parts)
    add_weekly(console, parts)
    add_weekly_open(console, parts)
    add_coverage(console, parts)
    add_dossiers(console, parts)
    add_hiring(console, parts)
    add_read(console, parts)

    @console.route("/<path:anything>", methods=ANY)
    def nowhere(anything: str) -> Response:
        abort(404)

    return console
