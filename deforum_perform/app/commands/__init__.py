"""Every command of the page, of OSC and of scripts: declared as data, and the action that runs it."""
