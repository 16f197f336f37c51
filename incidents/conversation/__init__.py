"""What people say to the bot about incidents, and what it does: a router of six parts."""

from bot.router import Router
from incidents.conversation import asking, hearing, home, previews, steering, stopping

router = Router.joined((hearing.router, steering.router, asking.router, stopping.router, home.router,
                        previews.router))  # fmt: skip
