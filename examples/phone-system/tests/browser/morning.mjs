// A busy morning for the stand-in: something in every part of the page.

/** @param {import("./fake.mjs").Fake} fake */
export function busyMorning(fake) {
  const { floor } = fake;
  const call = (key, more) => {
    fake.record("call", key, {
      from: "+447700900301", to: "+442079460100", name: null, class: "regular", topic: "support", began: fake.at(60), waits_since: null,
      talks_since: null, agent: null, outcome: null, ended_at: null, look_up: { state: "none" }, notes: [], rating: null, ...more,
    });
    return key;
  };
  const wait = (key, seconds, more, caller) => {
    call(key, { began: fake.at(seconds + 9), waits_since: fake.at(seconds), ...caller });
    floor.waiting.push({
      call: key, class: caller.class ?? "regular", since: fake.at(seconds), position: 0, estimate_s: 40, stage: "waiting", overdue: seconds > 180, ...more,
    });
  };
  const found = (name, company, facts) => ({ state: "found", profile: { name, company, facts: Object.entries(facts) } });

  floor.agents = [
    { id: 1, name: "Ann", state: "ready", since: fake.at(130), reach: "phone", offers: [] },
    { id: 2, name: "Ben", state: "talking", since: fake.at(312), reach: "phone", offers: [] },
    { id: 3, name: "Cat", state: "wrap-up", since: fake.at(24), until: fake.at(-36), reach: "on-the-line", offers: [] },
    { id: 4, name: "Dev", state: "break", since: fake.at(640), reach: "phone", offers: [] },
    { id: 5, name: "Eve", state: "talking", since: fake.at(44), reach: "phone", offers: [] },
    { id: 6, name: "Finn", state: "signed-out", since: null, reach: "phone", offers: [] },
  ];
  wait("CA01", 42, { estimate_s: 20 }, {
    name: "Mrs Lindt", class: "premium", topic: "sales", from: "+447700900302",
    look_up: found("Mrs Lindt", "Lindt Logistics", { "Open tickets": "2", "Customer since": "2017", Plan: "Fleet 200", "Last contact": "12 April, invoice 4711" }),
  });
  wait("CA02", 199, { estimate_s: null }, {
    from: "+442079460155", topic: "support", look_up: { state: "failed", why: "it did not answer within 2 s" },
  });
  wait("CA03", 74, { estimate_s: 95 }, { name: "Mr Okoro", from: "+447700900311", topic: "support", look_up: found("Mr Okoro", null, { "Open tickets": "0", Plan: "Solo" }) });
  wait("CA04", 9, { estimate_s: 150 }, { from: "+441632960112", topic: "sales", look_up: { state: "under-way", since: fake.at(8), attempt: 2 } });
  wait("CA05", 3, { estimate_s: 210 }, { name: "<script>alert(1)</script>", from: "+447700900399", topic: "support", look_up: { state: "unknown" } });
  call("CA10", { name: "Mr Shah", class: "premium", agent: 2, began: fake.at(350), talks_since: fake.at(312) });
  call("CA11", { name: "Miss Price", agent: 5, began: fake.at(90), talks_since: fake.at(44) });
  floor.talking = [
    { call: "CA10", agent: 2, since: fake.at(312), held: false },
    { call: "CA11", agent: 5, since: fake.at(44), held: true },
  ];
  const ended = (key, minutes, more) =>
    call(key, { began: fake.at(minutes * 60 + 200), talks_since: fake.at(minutes * 60 + 160), ended_at: fake.at(minutes * 60), agent: 1, outcome: "answered", ...more });
  ended("CA20", 4, {
    name: "Mrs Hall", class: "premium", rating: 5,
    notes: [{ at: fake.at(240), by: "Ann", text: "Router replaced; call again on Monday." }],
  });
  ended("CA21", 9, { name: "Mr Early", talks_since: null, agent: null, outcome: "gave up" });
  ended("CA22", 15, { from: "+441632960870", agent: 3, rating: 3 });

  const board = (name, more) => Object.assign(floor.board.classes.find((figures) => figures.class === name), more);
  board("premium", { service_level: 0.94, abandonment: 0.02, answered: 34, joined: 36, longest_s: 42 });
  board("regular", { service_level: 0.81, abandonment: 0.07, answered: 71, joined: 80, longest_s: 199 });
  const shape = [3, 5, 8, 7, 10, 12, 9, 11, 8, 6, 9, 13, 12, 10, 7, 8, 9, 6, 5, 7];
  const start = Date.parse("2026-05-01T04:30:00Z");
  floor.board.quarters = shape.map((came, index) => {
    const gaveUp = index % 4 === 2 ? 2 : index % 3 === 0 ? 1 : 0;
    const open = index === shape.length - 1 ? 4 : 0;
    return { from: new Date(start + index * 900_000).toISOString(), came, answered: Math.max(0, came - gaveUp - open), gave_up: gaveUp };
  });
  floor.hours.overrides = [
    { id: "o1", hours: "closed", from: "2026-05-01T13:00:00Z", to: "2026-05-01T14:30:00Z", reason: "Team meeting", by: "Ann" },
  ];
  floor.escalations = [
    {
      process: "CA02", call: "CA02", what: "every phone rings", since: fake.at(19), next: fake.at(-41), state: "ringing",
      history: [{ at: fake.at(19), text: "every phone rings, round 1" }],
    },
    {
      process: "on-call", call: null, what: "people on call are being told", since: fake.at(14), next: null, state: "open",
      history: [
        { at: fake.at(14), text: "Dora is told by SMS" },
        { at: fake.at(12), text: "Dora is told by phone" },
      ],
    },
  ];
  fake.record("voicemail", "VM1", { call: "CA30", from: "+447700900345", name: "Mrs Baker", at: fake.at(1500), seconds: 34, heard_by: null });
  fake.record("voicemail", "VM2", { call: "CA31", from: "+441632960220", name: null, at: fake.at(52_000), seconds: 12, heard_by: "Cat" });
  fake.record("callback", "CB1", { number: "+447700900377", name: "Mr Moss", class: "premium", since: fake.at(400), due: fake.at(400), state: "waiting", by: null });
  fake.record("callback", "CB2", { number: "+441632960004", name: null, class: "regular", since: fake.at(800), due: "2026-05-01T10:30:00Z", state: "waiting", by: "Cat" });
  fake.record("customer", "+447700900302", { name: "Mrs Lindt", class: "premium" });
  fake.record("customer", "+447700900377", { name: "Mr Moss", class: "premium" });
  fake.record("customer", "+447700900311", { name: "Mr Okoro", class: "regular" });
  for (const [ago, who, what, why] of [
    [640, "Dev", "takes a break", ""],
    [350, "Mr Shah", "waits in line", "premium: dialled the premium line"],
    [312, "Mr Shah", "is connected to Ben", "waited 38 s"],
    [240, "Mrs Hall", "has talked to a rep", "Ann, 2:40"],
    [199, "+442079460155", "waits in line", "regular, about support"],
    [44, "Miss Price", "is connected to Eve", "waited 46 s"],
    [19, "+442079460155", "every phone rings", "waited 180 s"],
  ]) fake.record("entry", `e${ago}${who}`, { at: fake.at(ago), who, what, why });
  fake.dispatch();
}
