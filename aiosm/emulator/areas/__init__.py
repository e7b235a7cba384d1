"""The rules of each kind of resource, one file per area.

Each area lists its ``ROUTES`` (who serves which path) and its ``ACTIONS`` (what may happen later,
by name); ``aiosm.emulator.registry`` puts them together.
"""
