"""Servers that benches start, and load on them."""

from .latchkey import Latchkey
from .load import Call, Load, Reply, Wrong, call
from .process import Process, free_port

__all__ = ["Call", "Latchkey", "Load", "Process", "Reply", "Wrong", "call", "free_port"]
