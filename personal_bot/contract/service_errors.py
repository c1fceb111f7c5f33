"""What an error response of a service that speaks OpenAI's API means.

Services agree on neither statuses nor codes: "no money" is 402 at DeepSeek, 429 at OpenAI, 400 at
Anthropic, 403 at xAI and 412 at Fireworks. So code, type and message are read together. A message
may repeat a part of the key: it is only matched here, and never passed on.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple


class ServiceCondition(StrEnum):
    """What is wrong with a request, the account or the service."""

    KEY_INVALID = "key_invalid"
    NO_MONEY = "no_money"
    REGION = "region"
    FORBIDDEN = "forbidden"
    MODEL_UNAVAILABLE = "model_unavailable"  # unknown, retired, or not allowed for this key
    NOT_OFFERED = "not_offered"  # e.g. a service with chat and without embeddings
    CONTENT_REFUSED = "content_refused"
    TOO_LARGE = "too_large"  # too many tokens, inputs or bytes for one request
    PARAMETER_REFUSED = "parameter_refused"
    RATE_LIMIT = "rate_limit"
    OVERLOADED = "overloaded"
    UNREACHABLE = "unreachable"  # timeouts, gateways, responses that are no JSON
    REJECTED = "rejected"  # any other error of the request


TRANSIENT_CONDITIONS = frozenset(
    {ServiceCondition.RATE_LIMIT, ServiceCondition.OVERLOADED, ServiceCondition.UNREACHABLE}
)
"""A retry of the same request may succeed without action by anybody."""

PARAMETERS = (
    "stream_options",
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "dimensions",
    "encoding_format",
    "parallel_tool_calls",
    "tool_choice",
    "tools",
    "stream",
    "input_type",
)
"""Parameters that services refuse, or `input_type`, which some demand; longer names first."""

_SYSTEM_ROLE = "system"
_DEVELOPER_ROLE = "developer"


class _Rule(NamedTuple):
    """Matches a response by its codes or its message; statuses narrow the match to these."""

    condition: ServiceCondition
    codes: str = ""
    message: str = ""
    statuses: frozenset[int] = frozenset()


# In this order: the first match counts, and codes before messages.
_RULES = (
    # Gemini says "check your plan and billing details" for the requests of a minute, too.
    _Rule(ServiceCondition.RATE_LIMIT, codes=r"resource_exhausted", statuses=frozenset({429})),
    _Rule(
        ServiceCondition.NO_MONEY,
        codes=r"insufficient_(quota|balance|credits?|funds)|billing_(hard_limit_reached|not_active)"
        r"|credit_limit|payment_required|exceeded_current_quota_error|arrearage|1113|30001"
        r"|account_deactivated|budget_exceeded",
        message=r"insufficient (balance|credits?|funds|quota)|balance is (too low|insufficient)"
        r"|credit balance|(out of|no|any|enough|remaining) credits?\b|add (more )?(credits|funds)"
        r"|spending limit|used all available credits|billing details|purchase (more )?credits"
        r"|account is (in good standing|suspended|not active)|overdue|payment (is )?required"
        r"|exceeded budget|budget has been exceeded|欠费|余额不足",
    ),
    _Rule(
        ServiceCondition.REGION,
        codes=r"unsupported_country_region_territory|unsupported_location",
        message=r"(country|region|territory|location)\b[^.]{0,30}\bnot (supported|available)"
        r"|not (supported|available) in your (country|region|location)",
    ),
    _Rule(
        ServiceCondition.KEY_INVALID,
        codes=r"invalid_(api_|authentication|token)\w*|authentication_error|unauthenticated"
        r"|incorrect_api_key\w*|api_key_invalid|token_expired",
        message=r"api.?key (is )?(not valid|invalid|incorrect|expired)"
        r"|(invalid|incorrect|expired|missing|wrong|no) (api.?key|auth|bearer|token\b)"
        r"|could not (authenticate|validate credentials)",
        statuses=frozenset({400, 401, 403}),
    ),
    _Rule(
        ServiceCondition.CONTENT_REFUSED,
        codes=r"content_(filter|policy_violation)\w*|data_inspection_failed|moderation\w*|1301"
        r"|responsibleaipolicyviolation|sensitive\w*|prohibited_content|safety",
        message=r"content (filter|management policy|policy)|was flagged|inappropriate content"
        r"|usage polic(y|ies)|safety (filter|polic|system)",
    ),
    _Rule(
        ServiceCondition.TOO_LARGE,
        codes=r"context_(length|window)_exceeded|exceed_context_size_error"
        r"|(string|array)_above_max_length|max_tokens_per_request|3210",
        message=r"context (length|window|size)|maximum (context|length|input|sequence)"
        r"|maximum number of tok|too long|reduce (your|the) (length|prompt|message)"
        r"|(request|payload|body|input)( entity)?[^.]{0,20}\b(too large|size limit)"
        r"|largest allowed|token limit|must be less than max_seq_len"
        r"|batch.?size|split into more batches|per request|input (array|list)"
        r"|too many (inputs|texts|tokens|input tokens)|must have less than \d+ tokens"
        r"|(at most|maximum( of)?|up to|limit(ed)? (to|of)|exceeds?)[^.]{0,40}\b"
        r"(inputs|texts|requests|items|elements|strings|documents)\b"
        r"|exceeds? the (maximum|max|limit|available)[^.]{0,40}(token|length|context)"
        r"|(input|prompt)[^.]{0,40}(exceed|longer)|max.{0,6}tokens? limit",
        statuses=frozenset({400, 413, 422, 500}),
    ),
    _Rule(
        ServiceCondition.NOT_OFFERED,
        codes=r"not_supported_error|unknown_url|not_implemented",
        message=r"(does not|doesn't|not) (currently )?support(ed)?( the)? embeddings?"
        r"|embeddings? (api |endpoint )?(is |are )?not (supported|available|enabled|implemented)"
        r"|embeddings?[^.]{0,60}--embeddings|not (an )?embedding|invalid url|unknown (url|path)"
        r"|no route|cannot post|unexpected endpoint|api you are accessing is not open",
        statuses=frozenset({400, 403, 404, 405, 500, 501}),
    ),
    _Rule(
        ServiceCondition.PARAMETER_REFUSED,
        message=r"\b(no|not|n't)\b[^.]{0,40}\bsupport\w* (tool|function)"
        r"|support (tool|function) use"
        r"|(tool|function)s?( use| calls?| calling)? (is|are) not (supported|enabled|available)",
        statuses=frozenset({400, 404, 422, 500, 501}),
    ),
    _Rule(
        ServiceCondition.MODEL_UNAVAILABLE,
        codes=r"model_not_?(found|available|active|supported)\w*|model_decommissioned"
        r"|deployment_?not_?found|invalid_model|unknown_model|1211|20012|model_terms_required"
        r"|model_access_denied|model_permission\w*|access_denied\.model\w*",
        message=r"\bmodels?\b[^\n]{0,100}\b(not exist|not found|unknown|decommissioned|deprecated"
        r"|retired|not (available|accessible|allowed|enabled|supported|loaded|permitted)"
        r"|no longer|is invalid)|no endpoints found"
        r"|(unknown|invalid|unsupported|no such|not a valid|not found the) model|no models? loaded"
        r"|(access|permission)[^.]{0,40}\bmodel\b|model=\S+ not",
        statuses=frozenset({400, 401, 403, 404, 410, 422, 500}),
    ),
    _Rule(
        ServiceCondition.PARAMETER_REFUSED,
        codes=r"unsupported_(parameter|value)|unknown_parameter|extra_forbidden|wrong_api_format",
        message=rf"\b({'|'.join(PARAMETERS)})\b|matryoshka|base64"
        rf"|({_SYSTEM_ROLE}|{_DEVELOPER_ROLE}) (role|message|instruction)s?\b[^.]{{0,40}}\bnot\b"
        rf"|(role|instruction)\S*[^.]{{0,60}}({_SYSTEM_ROLE}|{_DEVELOPER_ROLE})"
        r"|extra inputs are not permitted|unrecognized (request )?(argument|field)"
        r"|unknown (field|name|parameter|argument)|verified to stream",
        statuses=frozenset({400, 422, 501}),
    ),
    _Rule(
        ServiceCondition.OVERLOADED,
        codes=r"overloaded\w*|engine_overloaded\w*|capacity_exceeded|service_tier_capacity_exceeded"
        r"|model_overloaded|unavailable(_error)?|1305|1312|server_busy",
        message=r"overloaded|over capacity|at capacity|loading model|model is (still )?loading"
        r"|currently unavailable",
        statuses=frozenset({429, 498, 500, 502, 503, 529}),
    ),
)
_BY_STATUS = {
    400: ServiceCondition.REJECTED,
    401: ServiceCondition.KEY_INVALID,
    402: ServiceCondition.NO_MONEY,
    403: ServiceCondition.FORBIDDEN,
    404: ServiceCondition.NOT_OFFERED,
    405: ServiceCondition.NOT_OFFERED,
    408: ServiceCondition.UNREACHABLE,
    409: ServiceCondition.UNREACHABLE,
    413: ServiceCondition.TOO_LARGE,
    425: ServiceCondition.UNREACHABLE,
    429: ServiceCondition.RATE_LIMIT,
    451: ServiceCondition.REGION,
    498: ServiceCondition.OVERLOADED,
    501: ServiceCondition.NOT_OFFERED,
    503: ServiceCondition.OVERLOADED,
    529: ServiceCondition.OVERLOADED,
}
_TELLING_WORDS = {
    r"\btool|function call": "tools",
    "matryoshka": "dimensions",
    "base64": "encoding_format",
}
_CODE_FIELDS = ("code", "type", "status", "reason")


class ServiceFault(NamedTuple):
    """What a response means. `parameter` is what was refused, if it is known.

    It is one of PARAMETERS, or "system" or "developer" for a role that was refused.
    """

    condition: ServiceCondition
    parameter: str | None = None


def read_fault(status: int | None, body: object) -> ServiceFault:
    """Return what an error response means.

    `status` is None for an error inside a stream, whose response had status 200. `body` is the
    decoded JSON of any shape, or the text of a response that is none.
    """
    texts = list(_list_texts(body))
    codes = [text.lower() for name, text in texts if name in _CODE_FIELDS]
    message = " ".join(text for name, text in texts if name not in _CODE_FIELDS).lower()
    if status is None:
        status = _find_status(codes)
    condition = _match(status, codes, message)
    if condition is ServiceCondition.TOO_LARGE and _find_named(texts):
        condition = ServiceCondition.PARAMETER_REFUSED  # "dimensions exceed the maximum of 1024"
    if condition is ServiceCondition.PARAMETER_REFUSED:
        return ServiceFault(condition, _find_parameter(texts, message))
    return ServiceFault(condition)


def _match(status: int | None, codes: list[str], message: str) -> ServiceCondition:
    rules = [
        rule for rule in _RULES if not rule.statuses or status is None or status in rule.statuses
    ]
    for rule in rules:
        if rule.codes and any(re.fullmatch(rule.codes, code) for code in codes):
            return rule.condition
    for rule in rules:
        if rule.message and re.search(rule.message, message):
            return rule.condition
    if "rate_limit_exceeded" in codes:
        return ServiceCondition.RATE_LIMIT
    if status is None or status >= 500:
        return _BY_STATUS.get(status or 0, ServiceCondition.UNREACHABLE)
    return _BY_STATUS.get(status, ServiceCondition.REJECTED)


def _list_texts(body: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts and numbers within a body, each with the name of its field."""
    if isinstance(body, Mapping):
        for key, value in body.items():
            yield from _list_texts(value, str(key))
    elif isinstance(body, list | tuple):
        for value in body:
            yield from _list_texts(value, name)
    elif isinstance(body, str | int) and not isinstance(body, bool):
        yield name, str(body)


def _find_status(codes: list[str]) -> int | None:
    """Return the HTTP status that an error inside a stream repeats as its code."""
    return next((int(code) for code in codes if code.isdecimal() and 400 <= int(code) <= 599), None)


def _find_parameter(texts: list[tuple[str, str]], message: str) -> str | None:
    if named := _find_named(texts):
        return named
    for parameter in PARAMETERS:
        if re.search(rf"\b{parameter}\b", message):
            return parameter
    for words, parameter in _TELLING_WORDS.items():
        if re.search(words, message):
            return parameter
    for role in (_DEVELOPER_ROLE, _SYSTEM_ROLE):
        if role in message:
            return role
    return None


def _find_named(texts: list[tuple[str, str]]) -> str | None:
    """Return the parameter that a field of the body names as the cause."""
    named = {text for name, text in texts if name in {"param", "loc"}}
    return next((parameter for parameter in PARAMETERS if parameter in named), None)
