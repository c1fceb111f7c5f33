"""Converts requests of a Qdrant client to those of the embedded engine, and responses back.

Covers only what this project uses; for anything else, NotImplementedError names the type.
"""

from typing import Any
from uuid import UUID

import qdrant_edge as edge
from qdrant_client.http import models as rest


def to_id(point_id: Any) -> int | UUID:
    return point_id if isinstance(point_id, int | UUID) else UUID(point_id)


def from_id(point_id: Any) -> str | int | None:
    return str(point_id) if isinstance(point_id, UUID) else point_id


def to_vectors(vector: Any) -> Any:
    return {
        name: edge.SparseVector(part.indices, part.values)
        if isinstance(part, rest.SparseVector)
        else part
        for name, part in vector.items()
    }


def from_vectors(vector: Any) -> Any:
    if not isinstance(vector, dict):
        return None
    return {
        name: rest.SparseVector(indices=part.indices, values=part.values)
        if isinstance(part, edge.SparseVector)
        else part
        for name, part in vector.items()
    }


def from_record(record: edge.Record) -> rest.Record:
    return rest.Record.model_construct(  # validation takes longer than the engine
        id=from_id(record.id) or 0, payload=record.payload, vector=from_vectors(record.vector)
    )


def to_query(query: Any, using: str | None) -> Any:
    if isinstance(query, rest.SparseVector):
        return edge.Query.Nearest(edge.SparseVector(query.indices, query.values), using=using)
    if isinstance(query, list):
        return edge.Query.Nearest(query, using=using)
    raise _not_supported(query)


def to_filter_or_none(chosen: rest.Filter | None) -> edge.Filter | None:
    return None if chosen is None else to_filter(chosen)


def to_filter(chosen: rest.Filter) -> edge.Filter:
    return edge.Filter(
        must=_conditions(chosen.must),
        should=_conditions(chosen.should),
        must_not=_conditions(chosen.must_not),
    )


def _conditions(conditions: Any) -> list[Any] | None:
    if conditions is None:
        return None
    if not isinstance(conditions, list):
        conditions = [conditions]
    return [_condition(condition) for condition in conditions]


def _condition(condition: Any) -> Any:
    match condition:
        case rest.Filter():
            return to_filter(condition)
        case rest.FieldCondition(key=key, match=rest.MatchValue(value=value)):
            return edge.FieldCondition(key, match=edge.MatchValue(value))
        case rest.FieldCondition(key=key, match=rest.MatchAny(any=values)):
            return edge.FieldCondition(key, match=edge.MatchAny(values))
        case _:
            raise _not_supported(condition)


def _not_supported(request: Any) -> NotImplementedError:
    return NotImplementedError(f"the embedded index does not support {type(request).__name__}")
