"""The error responses that services document, or that threads about them quote."""

import pytest

from personal_bot.contract.service_errors import ServiceCondition, read_fault

C = ServiceCondition

RESPONSES = [
    # OpenAI, platform.openai.com/docs/guides/error-codes
    (401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, C.KEY_INVALID),
    (429, {"error": {"message": "You exceeded", "code": "insufficient_quota"}}, C.NO_MONEY),
    (429, {"error": {"message": "Rate limit", "code": "rate_limit_exceeded"}}, C.RATE_LIMIT),
    (403, {"error": {"code": "unsupported_country_region_territory"}}, C.REGION),
    (404, {"error": {"message": "no", "code": "model_not_found"}}, C.MODEL_UNAVAILABLE),
    (400, {"error": {"message": "long", "code": "context_length_exceeded"}}, C.TOO_LARGE),
    (400, {"error": {"message": "flagged", "code": "content_filter"}}, C.CONTENT_REFUSED),
    (500, {"error": {"message": "The server had an error"}}, C.UNREACHABLE),
    (503, {"error": {"message": "The engine is currently overloaded"}}, C.OVERLOADED),
    # DeepSeek
    (402, {"error": {"message": "Insufficient Balance", "code": "x"}}, C.NO_MONEY),
    # Anthropic
    (
        400,
        {"error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}},
        C.NO_MONEY,
    ),
    (529, {"error": {"type": "overloaded_error", "message": "Overloaded"}}, C.OVERLOADED),
    # xAI, whose errors are flat
    (403, {"code": "denied", "error": "Your team doesn't have any credits yet."}, C.NO_MONEY),
    (400, {"code": "invalid", "error": "Incorrect API key provided: xa***."}, C.KEY_INVALID),
    # Gemini wraps errors in a list, and calls a wrong key an invalid argument.
    (
        400,
        [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}],
        C.KEY_INVALID,
    ),
    (
        429,
        [{"error": {"status": "RESOURCE_EXHAUSTED", "message": "check your billing details"}}],
        C.RATE_LIMIT,
    ),
    (400, [{"error": {"message": "User location is not supported for the API use."}}], C.REGION),
    (400, {"error": {"message": "at most 100 requests can be in one batch"}}, C.TOO_LARGE),
    (503, [{"error": {"message": "The model is overloaded.", "code": 503}}], C.OVERLOADED),
    # Groq
    (400, {"error": {"code": "model_decommissioned", "message": "x"}}, C.MODEL_UNAVAILABLE),
    (413, {"error": {"message": "Request too large for model `x` on TPM"}}, C.TOO_LARGE),
    (498, {"error": {"message": "capacity exceeded"}}, C.OVERLOADED),
    # Mistral
    (400, {"object": "error", "message": "Too many tokens overall", "code": "3210"}, C.TOO_LARGE),
    (401, {"detail": "Unauthorized"}, C.KEY_INVALID),
    (429, {"type": "service_tier_capacity_exceeded", "message": "x"}, C.OVERLOADED),
    (
        422,
        {"message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"]}]}},
        C.PARAMETER_REFUSED,
    ),
    # DashScope
    (400, {"error": {"code": "Arrearage", "message": "Access denied"}}, C.NO_MONEY),
    (400, {"error": {"message": "batch size is invalid, not larger than 10"}}, C.TOO_LARGE),
    (400, {"error": {"code": "data_inspection_failed", "message": "x"}}, C.CONTENT_REFUSED),
    # Zhipu
    (429, {"error": {"code": "1113", "message": "您的账户已欠费"}}, C.NO_MONEY),
    # SiliconFlow
    (403, {"code": 30001, "message": "Sorry, your account balance is insufficient"}, C.NO_MONEY),
    (400, {"code": 20012, "message": "Model does not exist."}, C.MODEL_UNAVAILABLE),
    # Fireworks, OpenRouter, LM Studio, Ollama, llama.cpp, vLLM, text-embeddings-inference
    (412, {"error": {"message": "Account is suspended, see billing"}}, C.NO_MONEY),
    (404, {"error": {"message": "No endpoints found for a/b.", "code": 404}}, C.MODEL_UNAVAILABLE),
    (403, {"error": {"message": "Your input was flagged", "code": 403}}, C.CONTENT_REFUSED),
    (None, {"error": "Unexpected endpoint or method. (POST /v1/embeddings)"}, C.NOT_OFFERED),
    (404, {"error": {"message": 'model "x" not found, try pulling it'}}, C.MODEL_UNAVAILABLE),
    (501, {"error": {"type": "not_supported_error", "message": "no embeddings"}}, C.NOT_OFFERED),
    (500, {"error": {"message": "input is too large to process."}}, C.TOO_LARGE),
    (503, {"error": {"message": "Loading model", "type": "unavailable_error"}}, C.OVERLOADED),
    (400, {"message": "The model does not support Embeddings API", "code": 400}, C.NOT_OFFERED),
    (400, {"message": "This model's maximum context length is 4096", "code": 400}, C.TOO_LARGE),
    (413, {"message": "`inputs` must have less than 512 tokens. Given: 600"}, C.TOO_LARGE),
    (422, {"message": "batch size 64 > maximum allowed batch size 32"}, C.TOO_LARGE),
    # What is no JSON comes as text.
    (404, "<html>404 Not Found</html>", C.NOT_OFFERED),
    (502, "<html>Bad Gateway</html>", C.UNREACHABLE),
    (400, None, C.REJECTED),
]


@pytest.mark.parametrize(("status", "body", "condition"), RESPONSES)
def test_a_response_is_read_by_what_it_means(
    status: int | None, body: object, condition: ServiceCondition
) -> None:
    assert read_fault(status, body).condition is condition


@pytest.mark.parametrize(
    ("message", "parameter"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.", "max_tokens"),
        ("Unsupported value: 'temperature' does not support 0", "temperature"),
        ("Model does not support matryoshka representation", "dimensions"),
        ("base64 encoding is not supported", "encoding_format"),
        ("Developer instruction is not enabled for this model", "developer"),
        ("System role not supported", "system"),
        ("registry.ollama.ai/library/gemma:latest does not support tools", "tools"),
        ("No endpoints found that support tool use", "tools"),
        ("Your organization must be verified to stream this model", "stream"),
    ],
)
def test_a_refused_parameter_is_named(message: str, parameter: str) -> None:
    body = {"error": {"message": message, "type": "invalid_request_error"}}
    if parameter in {"max_tokens", "stream"}:
        body["error"]["param"] = parameter
    assert read_fault(400, body) == (C.PARAMETER_REFUSED, parameter)


def test_an_error_inside_a_stream_repeats_its_status_as_code() -> None:
    assert read_fault(None, {"message": "Provider returned error", "code": 429}) == (
        C.RATE_LIMIT,
        None,
    )
