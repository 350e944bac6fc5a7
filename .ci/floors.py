"""The lowest version of every dependency that pyproject.toml allows, as pip constraints."""

import re
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    project = tomllib.load(file)["project"]
wanted = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
for line in sorted(set(wanted)):
    if floor := re.match(r"([\w.-]+)(?:\[[^]]*\])?\s*>=\s*([\w.]+)", line):
        print(f"{floor[1]}=={floor[2]}")
