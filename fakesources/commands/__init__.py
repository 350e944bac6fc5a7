"""The commands of the command line, a module each. `fakesources.commands.main` lists them and imports the one that is called."""
