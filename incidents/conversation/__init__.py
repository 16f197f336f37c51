"""What people say to the bot about incidents, and what it does: a router of five parts."""

from bot.router import Router
from incidents.conversation import asking, hearing, home, steering, stopping

router = Router.joined((hearing.router, steering.router, asking.router, stopping.router, home.router))
