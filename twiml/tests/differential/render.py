"""Builds documents with the `twilio` package and compares them with ours.

Standard input has one JSON object a line: "ours", a document as we wrote it, and "tree", what is in it. The tree is
built again through the package's own methods, so that what it does not know is noticed too. Standard output gets, a
line each, separated by tabs:

    different  INDEX  OURS  THEIRS      the canonical forms differ
    element    PARENT CHILD             the package has no method for this child
    attribute  ELEMENT NAME             the package's method has no parameter for this attribute
    bug        NAME   OUTPUT            what the package does in a case that we leave out of the comparison
    compared   NUMBER
"""

import inspect
import json
import re
import sys
from functools import cache
from xml.etree import ElementTree

from twilio.twiml import GenericNode, TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

# Python's keywords, and the names that are not made of letters.
PARAMETERS = {"from": "from_", "for": "for_", "break": "break_"}
missing = set()


class Child(GenericNode):
    """What add_child makes."""

    def __init__(self, name, value, attributes):
        TwiML.__init__(self, **attributes)
        self.name = name
        self.value = value


def say(*words):
    print(*words, sep="\t")


@cache
def snake(name):
    name = re.sub(r"[-:]", "_", PARAMETERS.get(name, name))
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@cache
def parameters(function):
    return list(inspect.signature(function).parameters)


def add(parent, parent_name, node):
    name, attributes, children = node["name"], dict(node["attributes"]), node["children"]
    # A leading text is the value; text behind a child is appended.
    text = None
    if children and isinstance(children[0], str):
        text, children = children[0], children[1:]
    method = getattr(type(parent), snake(name), None)
    known = parameters(method) if method else []
    # A few parameters of <ConversationRelay> have the attribute's own name.
    arguments = {name if name in known else snake(name): value for name, value in attributes.items()}
    if method:
        missing.update(
            ("attribute", node["key"], attribute)
            for attribute in attributes
            if attribute not in known and snake(attribute) not in known
        )
        values = [text or ""] if node["text"] else []
        element = method(parent, *values, **arguments)
    else:
        missing.add(("element", parent_name, name))
        # Not add_child, whose own parameters are called name and value, as attributes are.
        element = parent.nest(Child(name, text, arguments))
    for child in children:
        if isinstance(child, str):
            element.append(child)
        else:
            add(element, node["key"], child)


def build(tree):
    response = VoiceResponse() if tree["key"].startswith("voice.") else MessagingResponse()
    for child in tree["children"]:
        add(response, tree["key"], child)
    return response.to_xml()


def shown(xml):
    return json.dumps(xml, ensure_ascii=False)


def bugs():
    answer = VoiceResponse()
    answer.gather(input=["dtmf", "speech"])
    yield "list", answer
    answer = VoiceResponse()
    answer.say("Hello").append(" world")
    yield "text then text", answer
    answer = VoiceResponse()
    answer.say("a\rb")
    yield "carriage return", answer
    answer = VoiceResponse()
    answer.say("a\x0bb")
    yield "forbidden character", answer


compared = 0
for index, line in enumerate(sys.stdin):
    document = json.loads(line)
    theirs = build(document["tree"])
    ours, theirs = (ElementTree.canonicalize(xml) for xml in (document["ours"], theirs))
    if ours != theirs:
        say("different", index, shown(ours), shown(theirs))
    compared += 1
for it in sorted(missing):
    say(*it)
for name, answer in bugs():
    say("bug", name, shown(answer.to_xml(xml_declaration=False)))
say("compared", compared)
