"""Keys of the objects stored in the aiohttp application."""

from aiohttp import web

from deploy.sandbox.webhooks import Webhooks
from deploy.sandbox.world import World

WORLD = web.AppKey("world", World)
WEBHOOKS = web.AppKey("webhooks", Webhooks)
