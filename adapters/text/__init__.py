"""Sentences, languages and times for people: Babel behind the ports of `bot.texts`."""
