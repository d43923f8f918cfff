"""Which problem a text is about, by what it means: pure arithmetic, no database, no framework.

Loads numpy, and onnxruntime where texts are embedded, so only the matcher process, commands and
tests import it. See `memory` for what is remembered and `ranking` for how it is used.
"""
