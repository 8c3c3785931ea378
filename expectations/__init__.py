"""Great Expectations: the suites on raw deliveries and on marts, how they run, and their offline data docs.

A suspicion about people or centres is never a check here: it belongs in a model.
"""
