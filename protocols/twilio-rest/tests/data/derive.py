#!/usr/bin/env python3
"""Makes openapi.json, the part of Twilio's OpenAPI documents about what this crate asks for.

usage: derive.py FOLDER/spec/json    (of the public repository twilio/twilio-oai)

Two documents become one, since their paths differ, and it is made stricter where Prism would let
things pass (each point was tried with Prism 5.16):
 1. lists among form fields get an `encoding`: without it Prism refuses them all;
 2. a form with required fields is required itself: otherwise an empty body passes;
 3. texts must not begin with a blank, which is what an unescaped `+` becomes;
 4. every operation may answer 404, 409, 429, 500 and 503 in Twilio's words (`Prefer: code=429`).
    400, 401 and 422 are left out: Prism would give those answers instead of saying what is wrong.
Descriptions and the extensions `x-twilio` are left out.
"""
import json
import pathlib
import re
import sys

ACCOUNT = r"/2010-04-01/Accounts/\{AccountSid\}"
SERVICE = r"/v1(/Services/\{ChatServiceSid\})?"
WANTED = re.compile("|".join([
    ACCOUNT + r"/(Calls|Messages|Recordings|Conferences|IncomingPhoneNumbers)(/\{Sid\})?\.json",
    ACCOUNT + r"/Queues(/\{Sid\}|/\{QueueSid\}/Members(/\{CallSid\})?)?\.json",
    ACCOUNT + r"/(Calls|Conferences)/\{(Call|Conference)Sid\}/Recordings(/\{Sid\})?\.json",
    ACCOUNT + r"/Conferences/\{ConferenceSid\}/Participants(/\{CallSid\})?\.json",
    r"/v1/Conversations/\{ConversationSid\}/(Participants|Messages|Webhooks)(/\{Sid\})?",
    # What is below a conversation of a service is the same again.
    SERVICE + r"/(Conversations(/\{Sid\})?|ConversationWithParticipants|ParticipantConversations)",
]))
FORM = "application/x-www-form-urlencoded"
ERRORS = {404: (20404, "The requested resource was not found"), 409: (50353, "Unique name already exists"),
          429: (20429, "Too Many Requests"), 500: (20500, "An internal server error has occurred"),
          503: (20503, "Service Unavailable")}


def lean(node):
    """Without what only people and generators read."""
    if isinstance(node, dict):
        return {key: lean(value) for key, value in node.items()
                if not key.startswith("x-twilio") and not (key == "description" and isinstance(value, str))}
    return [lean(value) for value in node] if isinstance(node, list) else node


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[1]
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def error(status):
    code, message = ERRORS[status]
    value = {"code": code, "message": message, "status": status,
             "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    answer = {"description": message, "content": {"application/json": {
        "schema": {"type": "object"}, "examples": {"error": {"value": value}}}}}
    if status == 429:
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer", "example": 1}}}
    return answer


def stricter(operation):
    for response in operation["responses"].values():
        response["description"] = ""  # OpenAPI wants one.
    for status in ERRORS:
        operation["responses"][str(status)] = error(status)
    form = operation.get("requestBody", {}).get("content", {}).get(FORM)
    if form is None:
        return
    for name, field in form["schema"].get("properties", {}).items():
        if field.get("type") == "array":
            form.setdefault("encoding", {})[name] = {"style": "form", "explode": True}
        elif field.get("type") == "string" and "pattern" not in field and "enum" not in field:
            field["pattern"] = "^(?! )"
    if form["schema"].get("required"):
        operation["requestBody"]["required"] = True


def main(folder):
    merged = {"openapi": "3.0.1", "info": {"title": "Twilio", "version": "in parts"},
              "security": [{"accountSid_authToken": []}], "paths": {}, "components": {"schemas": {}}}
    for name in ["twilio_api_v2010", "twilio_conversations_v1"]:
        document = lean(json.loads((folder / f"{name}.json").read_text()))
        merged["components"]["securitySchemes"] = document["components"]["securitySchemes"]
        paths = {path: item for path, item in document["paths"].items() if WANTED.fullmatch(path)}
        schemas, wanted = document["components"]["schemas"], set(references(paths))
        while more := {name for found in wanted for name in references(schemas[found])} - wanted:
            wanted |= more
        for found in sorted(wanted):
            assert merged["components"]["schemas"].setdefault(found, schemas[found]) == schemas[found], found
        for item in paths.values():
            item.pop("servers", None)
            for method in ["get", "post", "delete"]:
                if method in item:
                    stricter(item[method])
        merged["paths"] |= paths
    target = pathlib.Path(__file__).parent / "openapi.json"
    # A line for each path and schema: short, and changes can be read.
    text = json.dumps(merged, separators=(",", ":"))
    for name in [*merged["paths"], *merged["components"]["schemas"]]:
        text = text.replace(f'"{name}":{{', f'\n"{name}":{{', 1)
    target.write_text(text + "\n")
    print(f"{len(merged['paths'])} paths, {target.stat().st_size} bytes")


main(pathlib.Path(sys.argv[1]))
