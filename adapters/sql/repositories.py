"""Which port is kept by what."""

from __future__ import annotations

from adapters.sql.broadcasts import SqlBroadcasts
from adapters.sql.crossings import SqlCrossings
from adapters.sql.dialogs import SqlDialogs
from adapters.sql.homes import SqlHomes
from adapters.sql.incidents import SqlFollows, SqlIncidents
from adapters.sql.knowledge import SqlArticles
from adapters.sql.links import SqlLinks
from adapters.sql.swarming import SqlSwarms
from adapters.sql.work import Repositories
from bot.broadcasts import Broadcasts
from bot.dialogs import Dialogs
from bot.homes import Homes
from bot.links import Links
from incidents.ports import Follows, Incidents
from knowledge.ports import Articles
from swarming.ports import Crossings, Swarms

REPOSITORIES: Repositories = {
    Dialogs: SqlDialogs,
    Links: SqlLinks,
    Broadcasts: SqlBroadcasts,
    Homes: SqlHomes,
    Incidents: SqlIncidents,
    Follows: SqlFollows,
    Swarms: SqlSwarms,
    Crossings: SqlCrossings,
    Articles: SqlArticles,
}
"""The ports that the database itself serves; whoever builds the program adds the others."""
