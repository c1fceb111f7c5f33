"""Keys of the objects stored in the aiohttp application."""

from aiohttp import web

from deploy.sandbox.world import World

WORLD = web.AppKey("world", World)
