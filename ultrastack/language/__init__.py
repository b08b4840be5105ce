"""From a YAML stack file to steps, from steps to components.

Nothing is imported here: `ultrastack list` must load no pydantic and `--help` no Pulumi, and a name of this room is
found in the file that is called like its question (`read` in reader.py, `find_components` in finder.py).
"""
