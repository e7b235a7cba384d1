"""aiosm side by side with what people would use otherwise: ``python -m benchmarks``."""
