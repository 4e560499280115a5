"""A telephone menu in Flask, as somebody else would write it: it knows nothing of twilio-sim.

Usage: ivr.py PORT AUTH_TOKEN
"""

import sys

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

app = Flask(__name__)
validator = RequestValidator(sys.argv[2])


@app.before_request
def only_twilio():
    signature = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(request.url, request.form, signature):
        abort(403)


def twiml(document):
    return Response(str(document), mimetype="text/xml")


@app.post("/voice")
def voice():
    response = VoiceResponse()
    gather = Gather(num_digits=1, action="/menu", timeout=5)
    gather.say("Welcome. Press 1 for sales, 2 to leave a message.")
    response.append(gather)
    response.redirect("/voice")
    return twiml(response)


@app.post("/menu")
def menu():
    response = VoiceResponse()
    match request.form["Digits"]:
        case "1":
            response.say("Connecting you to sales.")
            dial = Dial(action="/dialled", timeout=15)
            dial.number("+15550002001")
            response.append(dial)
        case "2":
            response.say("Please speak after the beep.")
            response.record(action="/recorded", max_length=30, finish_on_key="#")
        case _:
            response.say("That is not on the menu.")
            response.redirect("/voice")
    return twiml(response)


@app.post("/dialled")
def dialled():
    response = VoiceResponse()
    if request.form["DialCallStatus"] != "completed":
        response.say("Nobody is in. Please call again tomorrow.")
    response.hangup()
    return twiml(response)


@app.post("/recorded")
def recorded():
    response = VoiceResponse()
    response.say("Thank you for your message.")
    response.hangup()
    return twiml(response)


@app.post("/sms")
def sms():
    response = MessagingResponse()
    response.message("You wrote: " + request.form["Body"])
    return twiml(response)


app.run(host="127.0.0.1", port=int(sys.argv[1]), threaded=True)
