"""Every command of the page and of OSC: name -> action, a table for each kind."""
