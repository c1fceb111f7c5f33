"""The text for each error of the master: what happened and what to do next."""

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master import errors
from master.telegram.texts import conditions


def explain(error: Exception) -> str:
    """Return the text for the class of `error`, or for its nearest base class that has one."""
    sentences = _sentences(error)
    known = (sentences[kind] for kind in type(error).__mro__ if kind in sentences)
    return next(known, apologise())


def apologise() -> str:
    """Return the text for an unexpected error."""
    return _(
        "😔 Something went wrong on my side; the operator will find it in the log. Please try "
        "again in a minute. /status shows how your bot is doing."
    )


def _sentences(error: Exception) -> dict[type[BaseException], str]:
    detail = html.quote(str(error))
    return {
        errors.MasterError: apologise(),
        errors.SettingsError: _(
            "😔 A setting of this server is wrong. Only its operator can mend it; please tell them."
        ),
        errors.VaultError: _(
            "😔 The stored secrets cannot be read with this server's key. Send the token again "
            "with /token and the key with /key; if that fails, tell the operator."
        ),
        errors.RotationError: _(
            "😔 Some secrets were still being written with the old key, so it was kept. Please "
            "start the rotation again in a minute."
        ),
        errors.TokenError: _(
            "❌ This bot token cannot be used. Get another one from @BotFather with "
            "<code>/newbot</code>."
        ),
        errors.TokenMalformedError: _(
            "❌ This does not look like a whole bot token. It is a number, a colon and about 35 "
            "letters and digits, like <code>123456789:AAE…</code>. Copy it once more from "
            "@BotFather, or forward me its message."
        ),
        errors.TokenRevokedError: _(
            "❌ Telegram does not know this token: it was revoked, or a character is missing. In "
            "@BotFather send <code>/mybots</code>, choose the bot, then “API Token”, and send me "
            "that one."
        ),
        errors.TokenIsMasterError: _(
            "❌ This is my own token. You need a bot of your own: send <code>/newbot</code> to "
            "@BotFather and forward me the reply."
        ),
        errors.TokenTakenError: _(
            "❌ This bot is registered here already, by another person. Create a new one with "
            "<code>/newbot</code> at @BotFather. If the bot is yours and you did not register it, "
            "revoke its token there at once."
        ),
        errors.KeyRejectedError: _(
            "❌ This OpenAI key cannot be used. Create another one at platform.openai.com/api-keys."
        ),
        errors.KeyMalformedError: _(
            "❌ This does not look like a whole OpenAI key. It begins with <code>sk-</code> and is "
            "long; copy it once more, or create a new one at platform.openai.com/api-keys."
        ),
        errors.KeyInvalidError: _(
            "❌ OpenAI does not know this key: it was deleted, or a character is missing. Create a "
            "new one at platform.openai.com/api-keys and send it to me."
        ),
        errors.KeyForbiddenError: _(
            "❌ OpenAI knows the key but does not allow what your bot needs "
            "(<code>{detail}</code>): the key is restricted, or OpenAI does not serve your "
            "country. Create a key with all permissions and send it to me."
        ).format(detail=detail),
        errors.KeyQuotaError: _(
            "❌ The key is right, but its OpenAI account has no money left. Top it up at "
            "platform.openai.com/settings/organization/billing, wait a few minutes, then press "
            "“Try again”."
        ),
        errors.ServiceError: _(
            "😔 A service on the Internet does not answer. Please try again in a minute."
        ),
        errors.TelegramUnreachableError: _(
            "😔 Telegram does not answer at the moment, so I could not check the token. I keep it, "
            "encrypted; please press “Try again” in a minute."
        ),
        errors.OpenAIUnreachableError: _(
            "😔 OpenAI does not answer properly at the moment, so I could not check the key. "
            "I keep it, encrypted; please press “Try again” in a minute."
        ),
        errors.QdrantUnreachableError: _(
            "😔 The store of the documents does not answer. Nothing is lost; please try again in a "
            "few minutes."
        ),
        errors.BotError: _("😔 That did not work with your bot. /debug shows why."),
        errors.BotNotFoundError: _(
            "You have no bot yet. Send /start, and we will create one in two steps."
        ),
        errors.BotExistsError: _(
            "You have a bot already. /start opens it; to begin anew, /delete it first."
        ),
        errors.BotStartError: conditions.advise(
            getattr(getattr(error, "diagnosis", None), "condition", None)
        ),
        errors.ProgramError: _(
            "😔 I could not prepare the start of your bot. The operator will find the reason in "
            "the log; please try again later."
        ),
        errors.SupervisorError: _(
            "😔 The service that runs the bots refused. The operator will find the reason in the "
            "log; please try again in a few minutes."
        ),
        errors.SupervisorUnreachableError: _(
            "😔 The service that runs the bots does not answer. Please try again in a minute."
        ),
        errors.SupervisorDeniedError: _(
            "😔 The service that runs the bots does not let me in. Only the operator can mend "
            "it; please tell them and try again later."
        ),
        errors.SupervisorShuttingDownError: _(
            "The server is being restarted. Please try again in a minute; your bot comes back by "
            "itself."
        ),
        errors.SupervisorConfigError: _(
            "😔 The service that runs the bots does not accept its settings. Only the operator can "
            "mend them; please tell them and try again later."
        ),
        errors.ProcessNotFoundError: _(
            "😔 The service that runs the bots does not know yours at the moment. I put such "
            "things right every minute: please try again then."
        ),
        errors.ProcessStartError: _(
            "😔 Your bot's process could not be started. /debug shows why; /restart tries again."
        ),
        errors.SupervisorFaultError: _(
            "😔 The service that runs the bots answered with an error that I do not know. The "
            "operator will find it in the log; please try again in a few minutes."
        ),
    }
