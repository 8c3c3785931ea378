"""What the fuzz loads into, and Hypothesis's profiles: the same deliveries each time, or random ones."""

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile("same")
