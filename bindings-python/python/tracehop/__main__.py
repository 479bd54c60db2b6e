"""``python -m tracehop``: which version this is, and where help is found; with arguments, the command ``tracehop``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
