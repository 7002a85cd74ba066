"""Ports for servers that are to be started; for Swift tests: Tests/ProofbackTestSupport/FreePort.swift."""

import random
import socket


def free_port() -> int:
    """Below what the kernel gives to connections: of those, one may be taken before its server listens on it."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
