"""The mail door: raw bytes in, `IncomingMail` out, and replies that find their case again."""
