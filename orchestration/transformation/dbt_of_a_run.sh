#!/bin/sh
# dbt for a run: the kernel ends it when the run's process dies, or it would go on writing without a run.
exec setpriv --pdeathsig KILL dbt "$@"
