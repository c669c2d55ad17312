"""``python -m wlz_declaratie``: the command where its folder is not on the path, as on many a Windows laptop."""

from wlz_declaratie.cli import main

main()
