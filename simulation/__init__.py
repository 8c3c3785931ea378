"""Demo deliveries: invented source systems whose figures agree with the memo's.

Everything here is drawn at random from a seed and belongs to nobody. The project's own seeds and the landing
contract are read; nothing in `orchestration` imports this package.
"""
