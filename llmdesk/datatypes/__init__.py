"""Plain, frozen data that crosses layers and threads."""
