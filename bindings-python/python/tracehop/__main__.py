"""``python -m tracehop``: which version this is, and where help is found."""

from . import __version__

print(f"tracehop {__version__}")
print('Help: python -c "import tracehop; help(tracehop)"')
