"""The tables about played services: one short for the README, one with what came of the road."""

from collections.abc import Iterable, Sequence

from tests.services.road import Outcome
from tests.services.service import Chat, Embeddings, Service, Thinking

_LIMITS = Embeddings("", 0, "")  # without a documented limit


def render_services(services: Iterable[Service]) -> str:
    """Return the README's table: the key, what to set, and the ways that were played."""
    rows = [
        (
            f"[{service.name}]({service.documentation})",
            service.key_form,
            _describe_embeddings(service),
            ", ".join(list_ways(service)) or "as OpenAI",
        )
        for service in services
    ]
    return _render(("Service", "Key", "Embeddings (`EMBEDDING_DIM`)", "What was played"), rows)


def render_outcomes(outcomes: Iterable[Outcome]) -> str:
    """Return the table of a run. What a bot learnt is what was refused to it on the road."""
    rows = [
        (
            outcome.service.name,
            outcome.service.key_form,
            _describe_embeddings(outcome.service),
            _describe_batch(outcome.service),
            ", ".join(f"`{name}`" for name in outcome.learnt) or "–",
            outcome.key,
            outcome.upload,
            outcome.question,
            outcome.follow_up,
            outcome.service.documentation,
            "no",
        )
        for outcome in outcomes
    ]
    header = (
        *("Service", "Key", "Embeddings", "Batch", "Learnt from refusals", "Key check"),
        *("Upload", "Question", "Follow-up", "Documentation", "Tried for real"),
    )
    return _render(header, rows)


def list_ways(service: Service) -> list[str]:
    """Return in words what the service does otherwise than OpenAI."""
    ways = []
    if service.embeddings:
        ways += _list_embedding_ways(service.embeddings)
    for refusal in service.refusals:
        if refusal.of not in {"", "inputs", "tokens", "embeddings", "alternation"}:
            ways.append(f"refuses `{refusal.of.replace('=', ': ')}`")
    if service.chat:
        ways += _list_chat_ways(service.chat)
    if service.find_of("alternation"):
        ways.append("roles must alternate")
    if any(refusal.status is None for refusal in service.refusals):
        ways.append("errors within streams")
    own = {one.condition: None for one in service.refusals if not one.of and one.status}
    if own:
        ways.append(f"errors: {'; '.join(condition.replace('_', ' ') for condition in own)}")
    return ways


def _list_embedding_ways(embeddings: Embeddings) -> list[str]:
    ways = []
    if embeddings.inputs < _LIMITS.inputs:
        ways.append(f"{embeddings.inputs} text{'s' * (embeddings.inputs > 1)} a request")
    if embeddings.tokens < _LIMITS.tokens:
        ways.append(f"{embeddings.tokens:,} tokens a request")
    if not embeddings.packs:
        ways.append("no base64")
    return ways


def _list_chat_ways(chat: Chat) -> list[str]:
    ways = []
    if chat.comment:
        ways.append("comments in streams")
    if chat.before or chat.after:
        ways.append("chunks without text")
    if chat.thinking is Thinking.TAGS:
        ways.append("`<think>` in the text")
    elif chat.thinking:
        ways.append(f"`{chat.thinking}`")
    if chat.finish_reason != "stop":
        ways.append(f"`finish_reason` {chat.finish_reason or 'null'}")
    if not chat.done:
        ways.append("no `[DONE]`")
    return ways


def _describe_embeddings(service: Service) -> str:
    if service.embeddings is None:
        return "none: set `EMBEDDING_BASE_URL`"
    model = f"`{service.embeddings.model}` ({service.embeddings.length})"
    return model if service.chat else f"{model}, no chat"


def _describe_batch(service: Service) -> str:
    return str(service.embeddings.inputs) if service.embeddings else "–"


def _render(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
