"""The operations, one file per resource area.

A method is the facts of one REST operation: its path, its request, what comes back. The classes
here are put together for `aiosm.AsyncServiceManagementClient`.
"""
