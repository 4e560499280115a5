"""Says of each document, a JSON string a line, whether expat takes it: True or False, a line each."""

import json
import sys
import xml.parsers.expat

for line in sys.stdin:
    try:
        xml.parsers.expat.ParserCreate().Parse(json.loads(line).encode(), True)
        print(True)
    except (xml.parsers.expat.ExpatError, LookupError, ValueError):
        print(False)
