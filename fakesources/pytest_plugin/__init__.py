"""The pytest plugin. `plugin` is what pytest loads; the other modules are imported by it when they are needed."""
