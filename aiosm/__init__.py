"""aiosm."""
