"""Where the parts of the sandbox find each other in the application."""

from aiohttp import web

from deploy.sandbox.world import World

WORLD = web.AppKey("world", World)
