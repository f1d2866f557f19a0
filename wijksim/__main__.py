"""``python -m wijksim``: the command line, where the script isn't on the path."""

from wijksim.cli import main

if __name__ == "__main__":
    main()
