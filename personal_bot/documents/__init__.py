"""Adding documents (convert, split, embed, record), listing and deleting them, and quotas."""
