"""Single sign-on: the regulator follows a slot into the solution, which logs him in through the platform."""
