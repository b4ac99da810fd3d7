"""The demo world: invented people and enterprises whose cases were lived, day by day, through the real engine.

`plan` draws everything from a seed, `stories` says what happens to whom, `acts` does it, `world` lets the days
go by. Nothing here runs unless `settings.DEMO` is set.
"""
