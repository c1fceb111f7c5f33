"""A document's way in: converted in a worker, split, embedded, recorded; quotas and deletion."""
