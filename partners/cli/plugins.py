"""`partners rules plugins`: what installed plug-ins add to the rule language."""

from partners.console import Json, print_json, results

__all__ = ["list_plugins"]


def list_plugins(json: Json = False) -> None:
    """List the plug-ins that are installed, and every fact, function and rule set they add."""
    from lifecycle.plugins import plugins
    from partners.report_plugins import plugin_as_data, print_plugins

    if json:
        print_json([plugin_as_data(plugin) for plugin in plugins()])
    else:
        print_plugins(results())
