"""The exam logs: who sat which exam when, with what result, and how the memo's figures about them come to hold."""
