"""The models of Qdrant's client that bots use.

The fork server builds them before the first fork, so that bots share them: 3 MB.
"""

from pydantic import BaseModel
from qdrant_client.http import models as rest

MODELS: tuple[type[BaseModel], ...] = (
    rest.SparseVector,
    rest.FieldCondition,
    rest.MatchAny,
    rest.MatchValue,
    rest.Filter,
    rest.FilterSelector,
    rest.QueryRequest,
    rest.QueryResponse,
    rest.Record,
    rest.CountResult,
    rest.FacetValueHit,
    rest.FacetResponse,
    # Only with a server
    rest.NearestQuery,
    rest.QueryRequestBatch,
    rest.PointsList,
    rest.PointIdsList,
    rest.FacetRequest,
    rest.VectorParams,
    rest.SparseIndexParams,
    rest.SparseVectorParams,
    rest.CreateCollection,
    rest.CreateFieldIndex,
)


def build_models() -> None:
    """Build all of them, unless the client was imported with built models."""
    for model in MODELS:
        model.model_rebuild()
