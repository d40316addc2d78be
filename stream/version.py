"""The release, as it is installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("brushfire")
except PackageNotFoundError:  # run from a checkout that was not installed
    VERSION = "0.0.0"
