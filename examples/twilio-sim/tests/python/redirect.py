"""twilio-python makes a call, sends it elsewhere while it is talking, and waits for its end.

Usage: redirect.py REST_URL VOICE_URL
"""

import sys
import time

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

rest, voice = sys.argv[1:]


class Loopback(TwilioHttpClient):
    """The client as it is; only the host is another one."""

    def request(self, method, url, *args, **kwargs):
        url = url.replace("https://api.twilio.com", rest)
        return super().request(method, url, *args, **kwargs)


client = Client(
    "AC0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef",
    http_client=Loopback(),
)


def wait_for(call, status):
    for _ in range(200):
        seen = client.calls(call.sid).fetch().status
        if seen == status:
            print(seen)
            return
        time.sleep(0.02)
    sys.exit(f"the call is {seen}, not {status}")


call = client.calls.create(to="+15550002001", from_="+15550009001", url=voice)
print(call.status)
wait_for(call, "in-progress")
call.update(twiml="<Response><Say>Goodbye</Say></Response>")
print("redirected")
wait_for(call, "completed")
try:
    call.update(status="completed")
except TwilioRestException as refused:
    print(refused.code)
