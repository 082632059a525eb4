"""The hub in the window: searching it, looking at a repository, fetching from it."""
