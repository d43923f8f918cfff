"""A mail server that takes every mail and keeps none: `python -m tests.benchmarks.mail_server PORT`.

It stands for a server on another machine: whatever it costs is taken from those who are measured,
so it is as small as one can be. It takes orders in advance (RFC 2920), as most servers do.
"""

import asyncio
import sys

GREETING = b"220 sink ready\r\n"
ABOUT_ITSELF = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 20000000\r\n"
END_OF_MAIL = b"\r\n.\r\n"
ANSWERS = {b"EHLO": ABOUT_ITSELF, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
FINE = b"250 ok\r\n"


class Taking(asyncio.Protocol):
    """One talk with somebody who sends."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.came = b""
        self.is_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer every order and every mail that is there as a whole."""
        self.came += data
        answers = b""
        while answer := self.next_answer():
            answers += answer
        if answers:
            self.transport.write(answers)

    def next_answer(self) -> bytes:
        """Return the answer to what comes next, nothing where it is not there as a whole."""
        head, end, rest = self.came.partition(END_OF_MAIL if self.is_mail else b"\r\n")
        if not end:
            return b""
        self.came = rest
        if self.is_mail:
            self.is_mail = False
            return FINE
        order = head[:4].upper()
        self.is_mail = order == b"DATA"
        return ANSWERS.get(order, FINE)


async def serve(port: int) -> None:
    """Take mails on loopback until somebody ends the process."""
    server = await asyncio.get_running_loop().create_server(Taking, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
