"""`python -m comity` is the `comity` command."""

from comity.cli import main

if __name__ == "__main__":
    main()
