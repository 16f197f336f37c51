"""How well the bot judges, predicted by its own code on real data: ``make bench-quality``.

The data is a folder of gzipped JSON lines, ``DATA/<task>/<set>.….jsonl.gz``. What the bot says about a set goes to
``OUT/<task>/<set>.pred.jsonl``, for whoever scores it; the figures printed here are counted in the simplest way.
"""
