"""Validates documents of JSON, one a line, against a JSON Schema: python validate.py SCHEMA DOCUMENTS.

Writes a line for each: `valid`, or what is wrong with it.
"""

import json
import sys

from jsonschema import Draft202012Validator


def main(schema, documents):
    with open(schema, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    with open(documents, encoding="utf-8") as lines:
        for line in lines:
            errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(line))]
            print("; ".join(errors).replace("\n", " ") or "valid")


if __name__ == "__main__":
    main(*sys.argv[1:])
