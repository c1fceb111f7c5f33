"""The methods of the Bot API that the sandbox implements, by their aiogram classes."""

from deploy.sandbox.bot_api import Handler
from deploy.sandbox.methods import editing, files, forwarding, polling, profile, sending

HANDLERS: dict[type, Handler] = {
    **polling.HANDLERS,
    **sending.HANDLERS,
    **editing.HANDLERS,
    **files.HANDLERS,
    **forwarding.HANDLERS,
    **profile.HANDLERS,
}
