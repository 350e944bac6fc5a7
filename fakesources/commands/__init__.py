"""The commands of the command line, a module each. `fakesources.cli` lists them and imports the one that is called."""
