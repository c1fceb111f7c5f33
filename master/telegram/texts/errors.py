"""The text for each error of the master: what happened and what to do next."""

from aiogram.utils.i18n import gettext as _

from master import errors
from master.telegram.texts import conditions, naming
from master.telegram.texts.refusals import explain_refusal


def explain(error: Exception) -> str:
    """Return the text for the class of `error`, or for its nearest base class that has one."""
    if isinstance(error, errors.ModelRefusedError):
        return explain_refusal(error)
    sentences = _sentences(error)
    known = (sentences[kind] for kind in type(error).__mro__ if kind in sentences)
    return next(known, apologize())


def apologize() -> str:
    """Return the text for an unexpected error."""
    return _(
        "😔 Something went wrong on my side; the operator can find the details in the log. Please "
        "try again in a minute. /status shows how your bot is doing."
    )


def _malformed_key() -> str:
    if naming.is_service_openai():
        return _(
            "❌ This is not a whole OpenAI key. A key is long and begins with <code>sk-</code>; "
            "copy it once more, or create a new one at platform.openai.com/api-keys."
        )
    return _(
        "❌ This cannot be a key of {service}. A key is one word of Latin letters, digits and "
        "signs; copy it there once more, and send it alone."
    ).format(service=naming.service())


def _sentences(error: Exception) -> dict[type[BaseException], str]:
    return {
        errors.MasterError: apologize(),
        errors.SettingsError: _(
            "😔 This server is misconfigured. Only its operator can fix that; please tell them."
        ),
        errors.DatabaseUnavailableError: _(
            "😔 My database is not responding, so I could not do that. Please try again in a "
            "minute."
        ),
        errors.DatabaseRefusedError: _(
            "😔 My database does not let me in. Only the operator of this server can fix that; "
            "please tell them."
        ),
        errors.VaultError: _(
            "😔 The stored token and key cannot be decrypted with this server's key. Send them "
            "again with /token and /key; if that fails, tell the operator."
        ),
        errors.RotationError: _(
            "😔 Some secrets were still being encrypted with the old key, so it was kept. Please "
            "run the rotation again in a minute."
        ),
        errors.TokenError: _(
            "❌ This bot token cannot be used. Get another one from @BotFather with "
            "<code>/newbot</code>."
        ),
        errors.TokenMalformedError: _(
            "❌ This bot token looks incomplete. A token is a number, a colon and about 35 letters "
            "and digits, like <code>123456789:AAE…</code>. Copy it from @BotFather once more, or "
            "forward me its message."
        ),
        errors.TokenRevokedError: _(
            "❌ Telegram does not recognize this token: it was revoked, or a character is missing. "
            "Send <code>/mybots</code> to @BotFather, choose the bot, press “API Token”, and send "
            "me that token."
        ),
        errors.TokenIsMasterError: _(
            "❌ This is my own token. You need a bot of your own: send <code>/newbot</code> to "
            "@BotFather and forward me the reply."
        ),
        errors.TokenTakenError: _(
            "❌ Someone else has already registered this bot here. Create a new one with "
            "<code>/newbot</code> at @BotFather. If the bot is yours and you did not register it, "
            "revoke its token there at once."
        ),
        errors.KeyMalformedError: _malformed_key(),
        errors.ServiceError: _(
            "😔 An external service is not responding. Please try again in a minute."
        ),
        errors.TelegramUnreachableError: _(
            "😔 Telegram is not responding right now, so I could not check the token. I have kept "
            "it, encrypted; please press “Try again” in a minute."
        ),
        errors.QdrantUnreachableError: _(
            "😔 Document storage is not responding. Nothing is lost; please try again in a few "
            "minutes."
        ),
        errors.BotError: _("😔 That did not work. /debug shows why."),
        errors.BotNotFoundError: _(
            "You have no bot yet. Send /start, and we will create one in two steps."
        ),
        errors.BotExistsError: _(
            "You already have a bot. /start opens it; to start over, /delete it first."
        ),
        errors.BotStartError: conditions.advise(
            getattr(getattr(error, "diagnosis", None), "condition", None)
        ),
        errors.ProgramError: _(
            "😔 I could not prepare your bot for starting. The operator can find the reason in the "
            "log; please try again later."
        ),
        errors.SupervisorError: _(
            "😔 The service that runs the bots refused. The operator can find the reason in the "
            "log; please try again in a few minutes."
        ),
        errors.SupervisorUnreachableError: _(
            "😔 The service that runs the bots is not responding. Please try again in a minute."
        ),
        errors.SupervisorNotRunningError: _(
            "😔 The service that runs the bots is not running. Only the operator of this server "
            "can start it; please tell them."
        ),
        errors.SupervisorDeniedError: _(
            "😔 The service that runs the bots denied me access. Only the operator can fix that; "
            "please tell them and try again later."
        ),
        errors.SupervisorShuttingDownError: _(
            "The server is restarting. Please try again in a minute; your bot will come back on "
            "its own."
        ),
        errors.SupervisorConfigError: _(
            "😔 The service that runs the bots is misconfigured. Only the operator can fix that; "
            "please tell them and try again later."
        ),
        errors.ProcessNotFoundError: _(
            "😔 The service that runs the bots has lost track of your bot. This is repaired within "
            "a minute; try again shortly."
        ),
        errors.ProcessStartError: _(
            "😔 Your bot's process could not be started. /debug shows why; /restart tries again."
        ),
        errors.SupervisorFaultError: _(
            "😔 The service that runs the bots returned an unknown error. The operator can find it "
            "in the log; please try again in a few minutes."
        ),
    }
