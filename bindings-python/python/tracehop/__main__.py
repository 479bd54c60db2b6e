"""``python -m tracehop`` prints the version and how to get help; with arguments, it is the command ``tracehop``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
