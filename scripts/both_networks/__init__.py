"""Takes the pictures of one incident on both networks: Slack, drawn from what a strict local Slack accepted, and
Matrix, as a client that others wrote shows what a real homeserver holds.

    make environment-synapse && .venv/bin/python -m scripts.both_networks [FOLDER]

It needs Chromium, Synapse's environment, and npm's registry for the first time. To look like those in docs/pictures
they need the fonts of Debian's fonts-noto-core and fonts-noto-color-emoji; with its pngquant they get smaller.
"""
