"""The text for each error of the master: what happened and what to do next."""

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master import errors
from master.telegram.texts import conditions


def explain(error: Exception) -> str:
    """Return the text for the class of `error`, or for its nearest base class that has one."""
    sentences = _sentences(error)
    known = (sentences[kind] for kind in type(error).__mro__ if kind in sentences)
    return next(known, apologize())


def apologize() -> str:
    """Return the text for an unexpected error."""
    return _(
        "😔 Something went wrong on my side; the operator can find the details in the log. Please "
        "try again in a minute. /status shows how your bot is doing."
    )


def _sentences(error: Exception) -> dict[type[BaseException], str]:
    detail = html.quote(str(error))
    return {
        errors.MasterError: apologize(),
        errors.SettingsError: _(
            "😔 This server is misconfigured. Only its operator can fix that; please tell them."
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
        errors.KeyRejectedError: _(
            "❌ This OpenAI key cannot be used. Create another one at platform.openai.com/api-keys."
        ),
        errors.KeyMalformedError: _(
            "❌ This OpenAI key looks incomplete. A key is long and begins with <code>sk-</code>; "
            "copy it once more, or create a new one at platform.openai.com/api-keys."
        ),
        errors.KeyInvalidError: _(
            "❌ OpenAI does not recognize this key: it was deleted, or a character is missing. "
            "Create a new one at platform.openai.com/api-keys and send it to me."
        ),
        errors.KeyForbiddenError: _(
            "❌ OpenAI recognizes the key but does not allow what your bot needs "
            "(<code>{detail}</code>): the key is restricted, or OpenAI is not available in your "
            "country. Create a key with all permissions and send it to me."
        ).format(detail=detail),
        errors.KeyQuotaError: _(
            "❌ The key is valid, but its OpenAI account is out of credit. Top it up at "
            "platform.openai.com/settings/organization/billing, wait a few minutes, then press "
            "“Try again”."
        ),
        errors.ServiceError: _(
            "😔 An external service is not responding. Please try again in a minute."
        ),
        errors.TelegramUnreachableError: _(
            "😔 Telegram is not responding right now, so I could not check the token. I have kept "
            "it, encrypted; please press “Try again” in a minute."
        ),
        errors.OpenAIUnreachableError: _(
            "😔 OpenAI is returning errors right now, so I could not check the key. I have kept "
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
