"""One incident from the report to the end, on both networks at once, with a pair of pictures at each stage."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.both_networks import slack_page
from scripts.both_networks.camera import WIDTH, Camera
from scripts.both_networks.company import Company
from scripts.both_networks.hydrogen import Client
from tests.journey.worlds import Line
from tests.strict_slack import forms

Clients = Mapping[str, Client]

UPDATE = "The cause is found. We are restarting Timber; delivery notes print again in about 15 minutes."
SOLUTION = "Freed 40 GB on timber-db and restarted Timber."
CAUSE = "Last night’s backup had filled the disk."


async def tell(company: Company, clients: Clients, camera: Camera) -> None:
    """Live through it."""
    tom = await _reported(company, clients, camera)
    here, there, charter = await _swarming(company, clients, camera)
    await _looked_at_from_home(company, clients, camera)
    await _asked(company, clients, camera, here, there, charter)
    await _told(company, clients, camera, tom)


async def _reported(company: Company, clients: Clients, camera: Camera) -> Line:
    slack, matrix = company.slack, company.matrix
    tom = await slack.says("tom", "help", "Timber is down, I cannot print any delivery notes")
    await slack.sees("tom", "INC-1", "is registered")
    await matrix.says("emma", "help", "Timber hangs, I do not get any delivery notes")
    offer = await matrix.sees("emma", "INC-1", button="Me too")
    right = await clients["emma"].looks(matrix.rooms["help"], "Me too", WIDTH, 720)
    await matrix.taps("emma", offer, "Me too")
    await slack.sees("tom", "2 people")
    left = await camera.draws(slack_page.thread(tom.raw), 720)
    await camera.joins("both-1-report", left, right, 720)
    return tom


async def _swarming(company: Company, clients: Clients, camera: Camera) -> tuple[Line, str, Line]:
    slack, matrix = company.slack, company.matrix
    await slack.says("priya", "direct", "outage INC-1")
    await slack.room_opens("inc-1")
    charter = await slack.sees("priya", "INC-1", button="Write update")
    asked = await matrix.sees("ruth", "INC-1", button="I’m in")
    await matrix.taps("ruth", asked, "I’m in")
    there = (await matrix.sees("ruth", "Goal")).room
    first = await slack.says("priya", charter.room, "Nothing has left the print queue since 08:10. Can you see why?")
    copy = await matrix.sees("ruth", "Nothing has left the print queue")
    await matrix.says("ruth", there, "The disk of timber-db is full since last night’s backup. I am making room.")
    await slack.sees("priya", "The disk of timber-db")
    await matrix.reacts("ruth", copy, "👍")
    await slack.slack.wait_for(lambda: first.raw.reactions)
    left = await camera.draws(slack_page.channel(charter.raw.room), 900)
    right = await clients["ruth"].looks(there, "I am making room", WIDTH, 900)
    await camera.joins("both-2-swarm", left, right, 900)
    return charter, there, charter


async def _looked_at_from_home(company: Company, clients: Clients, camera: Camera) -> None:
    slack, matrix = company.slack, company.matrix
    await slack.priya.opens_home()
    await slack.slack.wait_for(lambda: slack.priya.home)
    left = await camera.draws(slack_page.home(slack.priya.home, slack.slack.workspace.name_of), 760)
    await matrix.says("ruth", "direct", "status")
    await matrix.sees("ruth", "INC-1")
    right = await clients["ruth"].looks(await matrix.room_of("ruth", "direct"), "status", WIDTH, 760)
    await camera.joins("both-5-home", left, right, 760)


async def _asked(company: Company, clients: Clients, camera: Camera, here: Line, there: str, charter: Line) -> None:
    slack, matrix = company.slack, company.matrix
    await slack.taps("priya", charter, "Write update")
    await slack.slack.wait_for(lambda: slack.priya.views)
    view = slack.priya.view
    await matrix.says("ruth", there, "resolve INC-1")
    await matrix.sees("ruth", "What solved it?")
    forms.fill(view, {"text": UPDATE, "next": "20"})
    left = await camera.draws(slack_page.form(view, slack_page.channel(here.raw.room)), 640)
    right = await clients["ruth"].looks(there, "What solved it?", WIDTH, 640)
    await camera.joins("both-3-form", left, right, 640)
    done = await slack.priya.submits(view)
    assert done.ok, done.errors
    await matrix.sees("emma", "The cause is found")


async def _told(company: Company, clients: Clients, camera: Camera, tom: Line) -> None:
    slack, matrix = company.slack, company.matrix
    await matrix.fills("ruth", {"solution": SOLUTION, "cause": CAUSE})
    await slack.sees("tom", "should be solved", button="Works again")
    await matrix.sees("emma", "should be solved", button="Works again")
    left = await camera.draws(slack_page.thread(tom.raw), 900)
    right = await clients["emma"].looks(matrix.rooms["help"], "should be solved", WIDTH, 900)
    await camera.joins("both-4-told", left, right, 900)
