"""Has the claims of a reply checked, and the model correct once what its passages do not say."""

import asyncio
import logging
from dataclasses import replace

from personal_bot.answers import claims
from personal_bot.answers.claims import Unsupported
from personal_bot.answers.inquiry import Inquiry
from personal_bot.answers.streams import Reply
from personal_bot.errors import OpenAIError

logger = logging.getLogger(__name__)


async def support(inquiry: Inquiry, reply: Reply) -> tuple[Reply, int]:
    """Return the reply with a sign behind each unsupported detail, and the number of details.

    If there are any, the model is asked once to correct its reply. Raises what the check of the
    inquiry raises, but no OpenAIError: the reply as it is is better than none.
    """
    unsupported = await _check(inquiry, reply)
    if unsupported:
        try:
            corrected = await inquiry.correct(reply, claims.describe(unsupported))
        except OpenAIError as error:
            logger.warning("Could not have an answer corrected: %s", type(error).__name__)
        else:
            left = await _check(inquiry, corrected)
            if corrected.text.strip() and len(left) < len(unsupported):
                reply, unsupported = corrected, left
    counted = claims.summarize(reply.text, unsupported)
    logger.info("%d of %d claims are supported", counted.supported, counted.claims)
    marked = await asyncio.to_thread(claims.mark_unsupported, reply.text, unsupported)
    return replace(reply, text=marked), len(unsupported)


async def _check(inquiry: Inquiry, reply: Reply) -> list[Unsupported]:
    """Check the claims of a reply in a thread: a long one takes 0.05 s."""
    question = f"{inquiry.asked.question}\n{inquiry.in_full}"
    names = [item.document.name for item in inquiry.evidence.found]
    return await asyncio.to_thread(
        claims.check_claims,
        reply.text,
        inquiry.evidence.texts,
        question,
        [*names, *inquiry.told],
    )
