"""The old name of `manage.py sweep`, kept for the timers of sites that run already."""

from portal.core.management.commands.sweep import Command as Sweep


class Command(Sweep):
    help = f"{Sweep.help} (The old name of `sweep`.)"
