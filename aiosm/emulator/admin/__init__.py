"""The admin endpoint: what the emulator holds and does, over HTTP on a loopback port of its own."""
