"""The ten-verb answer of benches/twiml.rs with twilio-python: median microseconds to build and render it."""

import pathlib
import statistics
import sys
import time
import xml.etree.ElementTree

import twilio
from twilio.twiml.voice_response import Dial, Gather, Say, VoiceResponse


def answer(name, number):
    response = VoiceResponse()
    say = Say(voice="Polly.Amy")
    say.append("Welcome to ")
    say.emphasis(name)
    say.break_()
    say.append("Please choose.")
    response.append(say)
    menu = Gather(action="/menu?lang=en&level=1", input="dtmf speech", num_digits=1, timeout=5)
    menu.say("For sales, press 1.")
    menu.play("https://example.com/menu.mp3")
    response.append(menu)
    again = Gather(action="/menu/again", num_digits=1)
    again.say("Once more: for sales, press 1.")
    again.pause()
    response.append(again)
    response.say("We heard nothing, so we connect you.")
    response.play("https://example.com/connecting.mp3")
    response.pause(length=1)
    dial = Dial(answer_on_bridge=True, timeout=20)
    dial.number(number, url="/whisper")
    dial.client("alice")
    dial.sip("sip:desk@example.com")
    response.append(dial)
    response.record(action="/voicemail", max_length=120, play_beep=True)
    response.redirect("/again", method="POST")
    response.hangup()
    return response.to_xml()


def median(batches=200, batch=50):
    times = []
    for _ in range(batches):
        start = time.perf_counter_ns()
        for _ in range(batch):
            answer("Ada & Sons", "+442071838750")
        times.append((time.perf_counter_ns() - start) / batch / 1000)
    return statistics.median(times)


def canonical(document):
    # Its declaration and blanks before "/>" are its own.
    return xml.etree.ElementTree.canonicalize(document)


expected = (pathlib.Path(__file__).parent / "answer.xml").read_text()
if canonical(answer("Ada & Sons", "+442071838750")) != canonical(expected):
    sys.exit("twilio-python writes another document than answer.xml")
median(batches=20)
python = ".".join(map(str, sys.version_info[:3]))
print(f"{median():.1f}\ttwilio-python {twilio.__version__}, Python {python}")
