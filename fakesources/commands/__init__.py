"""Commands of the command line, one module each. `main` lists them and imports the one that is called."""
