// The ten-verb answer of benches/twiml.rs with twilio-node: median microseconds to build and render it.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { VoiceResponse } = require("twilio").twiml;

function answer(name, number) {
  const response = new VoiceResponse();
  const say = response.say({ voice: "Polly.Amy" });
  say.addText("Welcome to ");
  say.emphasis({}, name);
  say.break();
  say.addText("Please choose.");
  const menu = response.gather({
    action: "/menu?lang=en&level=1",
    input: "dtmf speech",
    numDigits: 1,
    timeout: 5,
  });
  menu.say("For sales, press 1.");
  menu.play("https://example.com/menu.mp3");
  const again = response.gather({ action: "/menu/again", numDigits: 1 });
  again.say("Once more: for sales, press 1.");
  again.pause();
  response.say("We heard nothing, so we connect you.");
  response.play("https://example.com/connecting.mp3");
  response.pause({ length: 1 });
  const dial = response.dial({ answerOnBridge: true, timeout: 20 });
  dial.number({ url: "/whisper" }, number);
  dial.client("alice");
  dial.sip("sip:desk@example.com");
  response.record({ action: "/voicemail", maxLength: 120, playBeep: true });
  response.redirect({ method: "POST" }, "/again");
  response.hangup();
  return response.toString();
}

function median(batches = 200, batch = 50) {
  const times = [];
  for (let round = 0; round < batches; round += 1) {
    const start = process.hrtime.bigint();
    for (let one = 0; one < batch; one += 1) {
      answer("Ada & Sons", "+442071838750");
    }
    times.push(Number(process.hrtime.bigint() - start) / batch / 1000);
  }
  times.sort((a, b) => a - b);
  return times[batches / 2];
}

const expected = readFileSync(join(__dirname, "answer.xml"), "utf8").trimEnd();
if (answer("Ada & Sons", "+442071838750") !== expected) {
  console.error("twilio-node writes another document than answer.xml");
  process.exit(1);
}
median();
const version = require("twilio/package.json").version;
console.log(`${median().toFixed(1)}\ttwilio-node ${version}, Node ${process.version.slice(1)}`);
