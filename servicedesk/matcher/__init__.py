"""The matcher: one process that holds the model and the vectors of the tenants that ask."""

import os

# One thread for each question: on few cores more of them only wait for one another. The libraries
# read this when they are loaded, so it stands before everything else of this package.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
