"""python-jsonschema takes every exported schema, and agrees with every verdict."""

import json
import pathlib
import sys

import jsonschema

schemas, judged = sys.argv[1:]
validators = {}
for path in pathlib.Path(schemas).iterdir():
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validators[path.stem] = jsonschema.Draft202012Validator(schema)
met = 0
with open(judged, encoding="utf-8") as lines:
    for line in lines:
        case = json.loads(line)
        if validators[case["event"]].is_valid(case["payload"]) != case["valid"]:
            sys.exit(f"{case['event']}: we say valid: {case['valid']}, python-jsonschema does not\n{line}")
        met += 1
if met < 10000 or len(validators) < 10:
    sys.exit(f"only {met} payloads, {len(validators)} schemas")
print(f"python-jsonschema agrees on {met} payloads over {len(validators)} schemas")
