"""`make doctor`: is this machine and installation fit for the next run, and if not, what to do.

`facts` says what is looked at, `gathering` looks (and never writes), `checks` judges the facts, `__main__` prints it.
`orchestration.refresh` asks the checks of BEFORE_A_RUN before it starts.
"""
