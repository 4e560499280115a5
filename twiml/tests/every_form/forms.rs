// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

//! One test an element.

use twiml::{MessagingResponse, VoiceResponse, messaging, values, voice};

#[test]
fn voice_voice_response() {
    super::voice(
        &VoiceResponse::new()
            .connect(voice::Connect::new())
            .dial(voice::Dial::new())
            .echo(voice::Echo::new())
            .enqueue(voice::Enqueue::new("x & y"))
            .gather(voice::Gather::new())
            .hangup(voice::Hangup::new())
            .leave(voice::Leave::new())
            .pause(voice::Pause::new())
            .pay(voice::Pay::new())
            .play(voice::Play::new("x & y"))
            .record(voice::Record::new())
            .redirect(voice::Redirect::new("x & y"))
            .refer(voice::Refer::new())
            .reject(voice::Reject::new())
            .say(voice::Say::new())
            .sms(voice::Sms::new("x & y"))
            .start(voice::Start::new())
            .stop(voice::Stop::new()),
        r##"<Response><Connect/><Dial/><Echo/><Enqueue>x &amp; y</Enqueue><Gather/><Hangup/><Leave/><Pause/><Pay/><Play>x &amp; y</Play><Record/><Redirect>x &amp; y</Redirect><Refer/><Reject/><Say/><Sms>x &amp; y</Sms><Start/><Stop/></Response>"##,
    );
}

#[test]
fn voice_connect() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new()
            .action("a <b> & \"c\"\t\n")
            .method(values::Method::Post)
            .ai_session(voice::AiSession::new())
            .assistant(voice::Assistant::new())
            .autopilot(voice::Autopilot::new("x & y"))
            .conversation(voice::Conversation::new())
            .conversation_relay(voice::ConversationRelay::new("a <b> & \"c\"\t\n"))
            .conversation_relay_session(voice::ConversationRelaySession::new())
            .room(voice::Room::new("x & y"))
            .stream(voice::Stream::new())
            .virtual_agent(voice::VirtualAgent::new())),
        r##"<Response><Connect action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" method="POST"><AiSession/><Assistant/><Autopilot>x &amp; y</Autopilot><Conversation/><ConversationRelay url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/><ConversationRelaySession/><Room>x &amp; y</Room><Stream/><VirtualAgent/></Connect></Response>"##,
    );
}

#[test]
fn voice_dial() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new()
            .action("a <b> & \"c\"\t\n")
            .answer_on_bridge(true)
            .call_reason("a <b> & \"c\"\t\n")
            .caller_id("a <b> & \"c\"\t\n")
            .events(values::DialEvents::CallProgressEvent)
            .hangup_on_star(true)
            .method(values::Method::Post)
            .passports(["press one", "two & three"])
            .record(values::CallRecord::False)
            .recording_configuration_id("a <b> & \"c\"\t\n")
            .recording_status_callback("a <b> & \"c\"\t\n")
            .recording_status_callback_event([values::RecordingEvent::InProgress, values::RecordingEvent::Completed, values::RecordingEvent::Absent])
            .recording_status_callback_method(values::Method::Post)
            .recording_track(values::RecordingTrack::Outbound)
            .refer_method(values::Method::Post)
            .refer_url("a <b> & \"c\"\t\n")
            .ring_tone(values::RingTone::Za)
            .sequential(true)
            .time_limit(9)
            .timeout(9)
            .trim(values::Trim::DoNotTrim)
            .phone_number("x & y")
            .application(voice::Application::new("x & y"))
            .client(voice::Client::new("x & y"))
            .conference(voice::Conference::new("x & y"))
            .number(voice::Number::new("x & y"))
            .queue(voice::Queue::new("x & y"))
            .sim(voice::Sim::new("x & y"))
            .sip(voice::Sip::new("x & y"))
            .whats_app(voice::WhatsApp::new("x & y"))),
        r##"<Response><Dial action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" answerOnBridge="true" callReason="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" callerId="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" events="call-progress-event" hangupOnStar="true" method="POST" passports="press one,two &amp; three" record="false" recordingConfigurationId="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallbackEvent="in-progress completed absent" recordingStatusCallbackMethod="POST" recordingTrack="outbound" referMethod="POST" referUrl="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ringTone="za" sequential="true" timeLimit="9" timeout="9" trim="do-not-trim">x &amp; y<Application>x &amp; y</Application><Client>x &amp; y</Client><Conference>x &amp; y</Conference><Number>x &amp; y</Number><Queue>x &amp; y</Queue><Sim>x &amp; y</Sim><Sip>x &amp; y</Sip><WhatsApp>x &amp; y</WhatsApp></Dial></Response>"##,
    );
}

#[test]
fn voice_echo() {
    super::voice(
        &VoiceResponse::new().echo(voice::Echo::new()),
        r##"<Response><Echo/></Response>"##,
    );
}

#[test]
fn voice_enqueue() {
    super::voice(
        &VoiceResponse::new().enqueue(voice::Enqueue::new("x & y")
            .action("a <b> & \"c\"\t\n")
            .max_queue_size(7)
            .method(values::Method::Post)
            .wait_url("a <b> & \"c\"\t\n")
            .wait_url_method(values::Method::Post)
            .workflow_sid("a <b> & \"c\"\t\n")
            .task(voice::Task::new("x & y"))),
        r##"<Response><Enqueue action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" maxQueueSize="7" method="POST" waitUrl="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" waitUrlMethod="POST" workflowSid="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y<Task>x &amp; y</Task></Enqueue></Response>"##,
    );
}

#[test]
fn voice_gather() {
    super::voice(
        &VoiceResponse::new().gather(voice::Gather::new()
            .action("a <b> & \"c\"\t\n")
            .action_on_empty_result(true)
            .barge_in(true)
            .debug(true)
            .enhanced(true)
            .finish_on_key("a <b> & \"c\"\t\n")
            .hints(["press one", "two & three"])
            .input([values::GatherInput::Dtmf, values::GatherInput::Speech])
            .language(values::GatherLanguage::ZuZa)
            .max_speech_time(9)
            .method(values::Method::Post)
            .num_digits(7)
            .partial_result_callback("a <b> & \"c\"\t\n")
            .partial_result_callback_method(values::Method::Post)
            .profanity_filter(true)
            .speech_model("a <b> & \"c\"\t\n")
            .speech_timeout(values::SpeechTimeout::Auto)
            .timeout(9)
            .pause(voice::Pause::new())
            .play(voice::Play::new("x & y"))
            .say(voice::Say::new())),
        r##"<Response><Gather action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" actionOnEmptyResult="true" bargeIn="true" debug="true" enhanced="true" finishOnKey="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" hints="press one,two &amp; three" input="dtmf speech" language="zu-ZA" maxSpeechTime="9" method="POST" numDigits="7" partialResultCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" partialResultCallbackMethod="POST" profanityFilter="true" speechModel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" speechTimeout="auto" timeout="9"><Pause/><Play>x &amp; y</Play><Say/></Gather></Response>"##,
    );
}

#[test]
fn voice_hangup() {
    super::voice(
        &VoiceResponse::new().hangup(voice::Hangup::new()
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n"))),
        r##"<Response><Hangup><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Hangup></Response>"##,
    );
}

#[test]
fn voice_leave() {
    super::voice(
        &VoiceResponse::new().leave(voice::Leave::new()),
        r##"<Response><Leave/></Response>"##,
    );
}

#[test]
fn voice_pause() {
    super::voice(
        &VoiceResponse::new().pause(voice::Pause::new()
            .length(9)),
        r##"<Response><Pause length="9"/></Response>"##,
    );
}

#[test]
fn voice_pay() {
    super::voice(
        &VoiceResponse::new().pay(voice::Pay::new()
            .action("a <b> & \"c\"\t\n")
            .bank_account_type(values::BankAccountType::CommercialSavings)
            .charge_amount(0.5)
            .currency("a <b> & \"c\"\t\n")
            .description("a <b> & \"c\"\t\n")
            .input(values::PayInput::Dtmf)
            .language(values::PayLanguage::ItIt)
            .max_attempts(7)
            .min_postal_code_length(7)
            .payment_connector("a <b> & \"c\"\t\n")
            .payment_method(values::PaymentMethod::CreditCard)
            .postal_code("90210")
            .security_code(true)
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_method(values::Method::Post)
            .timeout(9)
            .token_type(values::TokenType::PaymentMethod)
            .valid_card_types([values::CardType::Visa, values::CardType::Mastercard, values::CardType::Amex, values::CardType::Maestro, values::CardType::Discover, values::CardType::Optima, values::CardType::Jcb, values::CardType::DinersClub, values::CardType::Enroute])
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n"))
            .prompt(voice::Prompt::new(values::PayStep::BankRoutingNumber))),
        r##"<Response><Pay action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" bankAccountType="commercial-savings" chargeAmount="0.5" currency="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" description="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" input="dtmf" language="it-IT" maxAttempts="7" minPostalCodeLength="7" paymentConnector="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" paymentMethod="credit-card" postalCode="90210" securityCode="true" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackMethod="POST" timeout="9" tokenType="payment-method" validCardTypes="visa mastercard amex maestro discover optima jcb diners-club enroute"><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/><Prompt for="bank-routing-number"/></Pay></Response>"##,
    );
}

#[test]
fn voice_play() {
    super::voice(
        &VoiceResponse::new().play(voice::Play::new("x & y")
            .digits("a <b> & \"c\"\t\n")
            .loop_(7)),
        r##"<Response><Play digits="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" loop="7">x &amp; y</Play></Response>"##,
    );
}

#[test]
fn voice_record() {
    super::voice(
        &VoiceResponse::new().record(voice::Record::new()
            .action("a <b> & \"c\"\t\n")
            .finish_on_key("a <b> & \"c\"\t\n")
            .max_length(9)
            .method(values::Method::Post)
            .play_beep(true)
            .recording_configuration_id("a <b> & \"c\"\t\n")
            .recording_status_callback("a <b> & \"c\"\t\n")
            .recording_status_callback_event([values::RecordingEvent::InProgress, values::RecordingEvent::Completed, values::RecordingEvent::Absent])
            .recording_status_callback_method(values::Method::Post)
            .timeout(9)
            .transcribe(true)
            .transcribe_callback("a <b> & \"c\"\t\n")
            .trim(values::Trim::DoNotTrim)),
        r##"<Response><Record action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" finishOnKey="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" maxLength="9" method="POST" playBeep="true" recordingConfigurationId="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallbackEvent="in-progress completed absent" recordingStatusCallbackMethod="POST" timeout="9" transcribe="true" transcribeCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" trim="do-not-trim"/></Response>"##,
    );
}

#[test]
fn voice_redirect() {
    super::voice(
        &VoiceResponse::new().redirect(voice::Redirect::new("x & y")
            .method(values::Method::Post)),
        r##"<Response><Redirect method="POST">x &amp; y</Redirect></Response>"##,
    );
}

#[test]
fn voice_refer() {
    super::voice(
        &VoiceResponse::new().refer(voice::Refer::new()
            .action("a <b> & \"c\"\t\n")
            .method(values::Method::Post)
            .sip(voice::ReferSip::new("x & y"))),
        r##"<Response><Refer action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" method="POST"><Sip>x &amp; y</Sip></Refer></Response>"##,
    );
}

#[test]
fn voice_reject() {
    super::voice(
        &VoiceResponse::new().reject(voice::Reject::new()
            .reason(values::RejectReason::Busy)
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n"))),
        r##"<Response><Reject reason="busy"><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Reject></Response>"##,
    );
}

#[test]
fn voice_say() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new()
            .language(values::SayLanguage::ZhTw)
            .loop_(7)
            .voice(values::Voice::PollyVickiGenerative)
            .text("before ")
            .break_(voice::ssml::Break::new())
            .emphasis(voice::ssml::Emphasis::new())
            .lang(voice::ssml::Lang::new(values::SsmlLanguage::YueCn))
            .p(voice::ssml::P::new())
            .phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n"))
            .prosody(voice::ssml::Prosody::new())
            .s(voice::ssml::S::new())
            .say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone))
            .sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))
            .w(voice::ssml::W::new())
            .text(" after")),
        r##"<Response><Say language="zh-TW" loop="7" voice="Polly.Vicki-Generative">before <break/><emphasis/><lang xml:lang="yue-CN"/><p/><phoneme ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme><prosody/><s/><say-as interpret-as="telephone">x &amp; y</say-as><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub><w/> after</Say></Response>"##,
    );
}

#[test]
fn voice_sms() {
    super::voice(
        &VoiceResponse::new().sms(voice::Sms::new("x & y")
            .action("a <b> & \"c\"\t\n")
            .from("a <b> & \"c\"\t\n")
            .method(values::Method::Post)
            .status_callback("a <b> & \"c\"\t\n")
            .to("a <b> & \"c\"\t\n")),
        r##"<Response><Sms action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" from="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" method="POST" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" to="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</Sms></Response>"##,
    );
}

#[test]
fn voice_start() {
    super::voice(
        &VoiceResponse::new().start(voice::Start::new()
            .action("a <b> & \"c\"\t\n")
            .method(values::Method::Post)
            .recording(voice::Recording::new())
            .siprec(voice::Siprec::new())
            .stream(voice::Stream::new())
            .transcription(voice::Transcription::new())),
        r##"<Response><Start action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" method="POST"><Recording/><Siprec/><Stream/><Transcription/></Start></Response>"##,
    );
}

#[test]
fn voice_stop() {
    super::voice(
        &VoiceResponse::new().stop(voice::Stop::new()
            .recording(voice::Recording::new())
            .siprec(voice::Siprec::new())
            .stream(voice::Stream::new())
            .transcription(voice::Transcription::new())),
        r##"<Response><Stop><Recording/><Siprec/><Stream/><Transcription/></Stop></Response>"##,
    );
}

#[test]
fn voice_ai_session() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().ai_session(voice::AiSession::new()
            .ai_connector("a <b> & \"c\"\t\n")
            .ai_session_configuration("a <b> & \"c\"\t\n"))),
        r##"<Response><Connect><AiSession aiConnector="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" aiSessionConfiguration="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Connect></Response>"##,
    );
}

#[test]
fn voice_application() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().application(voice::Application::new("x & y")
            .copy_parent_to(true)
            .customer_id("a <b> & \"c\"\t\n")
            .method(values::Method::Post)
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_event([values::CallProgressEvent::Initiated, values::CallProgressEvent::Ringing, values::CallProgressEvent::Answered, values::CallProgressEvent::Completed])
            .status_callback_method(values::Method::Post)
            .url("a <b> & \"c\"\t\n")
            .application_sid(voice::ApplicationSid::new("x & y"))
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Dial><Application copyParentTo="true" customerId="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" method="POST" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackEvent="initiated ringing answered completed" statusCallbackMethod="POST" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y<ApplicationSid>x &amp; y</ApplicationSid><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Application></Dial></Response>"##,
    );
}

#[test]
fn voice_application_sid() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().application(voice::Application::new("x & y").application_sid(voice::ApplicationSid::new("x & y")))),
        r##"<Response><Dial><Application>x &amp; y<ApplicationSid>x &amp; y</ApplicationSid></Application></Dial></Response>"##,
    );
}

#[test]
fn voice_assistant() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().assistant(voice::Assistant::new()
            .debug("a <b> & \"c\"\t\n")
            .dtmf_detection(true)
            .elevenlabs_text_normalization("a <b> & \"c\"\t\n")
            .hints(["press one", "two & three"])
            .id("a <b> & \"c\"\t\n")
            .intelligence_service("a <b> & \"c\"\t\n")
            .interrupt_sensitivity("a <b> & \"c\"\t\n")
            .interruptible("a <b> & \"c\"\t\n")
            .language("a <b> & \"c\"\t\n")
            .partial_prompts(true)
            .preemptible(true)
            .profanity_filter(true)
            .report_input_during_agent_speech(true)
            .speech_model("a <b> & \"c\"\t\n")
            .transcription_language("a <b> & \"c\"\t\n")
            .transcription_provider("a <b> & \"c\"\t\n")
            .tts_language("a <b> & \"c\"\t\n")
            .tts_provider("a <b> & \"c\"\t\n")
            .voice("a <b> & \"c\"\t\n")
            .welcome_greeting("a <b> & \"c\"\t\n")
            .welcome_greeting_interruptible("a <b> & \"c\"\t\n")
            .add_language(voice::Language::new("a <b> & \"c\"\t\n"))
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Connect><Assistant debug="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" dtmfDetection="true" elevenlabsTextNormalization="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" hints="press one,two &amp; three" id="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" intelligenceService="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" interruptSensitivity="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" interruptible="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" language="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" partialPrompts="true" preemptible="true" profanityFilter="true" reportInputDuringAgentSpeech="true" speechModel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" transcriptionLanguage="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" transcriptionProvider="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ttsLanguage="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ttsProvider="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" voice="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" welcomeGreeting="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" welcomeGreetingInterruptible="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"><Language code="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Assistant></Connect></Response>"##,
    );
}

#[test]
fn voice_autopilot() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().autopilot(voice::Autopilot::new("x & y"))),
        r##"<Response><Connect><Autopilot>x &amp; y</Autopilot></Connect></Response>"##,
    );
}

#[test]
fn voice_client() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().client(voice::Client::new("x & y")
            .method(values::Method::Post)
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_event([values::CallProgressEvent::Initiated, values::CallProgressEvent::Ringing, values::CallProgressEvent::Answered, values::CallProgressEvent::Completed])
            .status_callback_method(values::Method::Post)
            .url("a <b> & \"c\"\t\n")
            .identity(voice::Identity::new("x & y"))
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Dial><Client method="POST" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackEvent="initiated ringing answered completed" statusCallbackMethod="POST" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y<Identity>x &amp; y</Identity><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Client></Dial></Response>"##,
    );
}

#[test]
fn voice_conference() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().conference(voice::Conference::new("x & y")
            .beep(values::Beep::OnExit)
            .coach("a <b> & \"c\"\t\n")
            .end_conference_on_exit(true)
            .event_callback_url("a <b> & \"c\"\t\n")
            .jitter_buffer_size(values::JitterBufferSize::Off)
            .max_participants(7)
            .muted(true)
            .participant_label("a <b> & \"c\"\t\n")
            .record(values::ConferenceRecord::RecordFromStart)
            .recording_configuration_id("a <b> & \"c\"\t\n")
            .recording_status_callback("a <b> & \"c\"\t\n")
            .recording_status_callback_event([values::RecordingEvent::InProgress, values::RecordingEvent::Completed, values::RecordingEvent::Absent])
            .recording_status_callback_method(values::Method::Post)
            .region(values::Region::De1)
            .start_conference_on_enter(true)
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_event([values::ConferenceEvent::Start, values::ConferenceEvent::End, values::ConferenceEvent::Join, values::ConferenceEvent::Leave, values::ConferenceEvent::Mute, values::ConferenceEvent::Hold, values::ConferenceEvent::Modify, values::ConferenceEvent::Speaker, values::ConferenceEvent::Announcement])
            .status_callback_method(values::Method::Post)
            .trim(values::Trim::DoNotTrim)
            .wait_method(values::Method::Post)
            .wait_url("a <b> & \"c\"\t\n"))),
        r##"<Response><Dial><Conference beep="onExit" coach="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" endConferenceOnExit="true" eventCallbackUrl="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" jitterBufferSize="off" maxParticipants="7" muted="true" participantLabel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" record="record-from-start" recordingConfigurationId="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallbackEvent="in-progress completed absent" recordingStatusCallbackMethod="POST" region="de1" startConferenceOnEnter="true" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackEvent="start end join leave mute hold modify speaker announcement" statusCallbackMethod="POST" trim="do-not-trim" waitMethod="POST" waitUrl="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</Conference></Dial></Response>"##,
    );
}

#[test]
fn voice_config() {
    super::voice(
        &VoiceResponse::new().start(voice::Start::new().transcription(voice::Transcription::new().config(voice::Config::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Start><Transcription><Config name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Transcription></Start></Response>"##,
    );
}

#[test]
fn voice_conversation() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().conversation(voice::Conversation::new()
            .inbound_autocreation(true)
            .inbound_timeout(9)
            .method(values::Method::Post)
            .record(values::CallRecord::False)
            .recording_status_callback("a <b> & \"c\"\t\n")
            .recording_status_callback_event([values::RecordingEvent::InProgress, values::RecordingEvent::Completed, values::RecordingEvent::Absent])
            .recording_status_callback_method(values::Method::Post)
            .routing_assignment_timeout(9)
            .service_instance_sid("a <b> & \"c\"\t\n")
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_event([values::ConversationEvent::CallInitiated, values::ConversationEvent::CallRinging, values::ConversationEvent::CallAnswered, values::ConversationEvent::CallCompleted])
            .status_callback_method(values::Method::Post)
            .trim(values::Trim::DoNotTrim)
            .url("a <b> & \"c\"\t\n"))),
        r##"<Response><Connect><Conversation inboundAutocreation="true" inboundTimeout="9" method="POST" record="false" recordingStatusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallbackEvent="in-progress completed absent" recordingStatusCallbackMethod="POST" routingAssignmentTimeout="9" serviceInstanceSid="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackEvent="call-initiated call-ringing call-answered call-completed" statusCallbackMethod="POST" trim="do-not-trim" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Connect></Response>"##,
    );
}

#[test]
fn voice_conversation_relay() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().conversation_relay(voice::ConversationRelay::new("a <b> & \"c\"\t\n")
            .application_reconnect(true)
            .asr_smart_format(true)
            .background_noise_reduction("a <b> & \"c\"\t\n")
            .customer_name("a <b> & \"c\"\t\n")
            .debug(["one", "two"])
            .deepgram_smart_format(true)
            .dtmf_detection(true)
            .eager_eot_threshold(0.5)
            .echo_prompt_filtering(true)
            .elevenlabs_language_text_normalization(true)
            .elevenlabs_text_normalization(values::Normalization::Off)
            .events(["one", "two"])
            .hints(["press one", "two & three"])
            .ignore_backchannel(true)
            .include_in_prompt(["one", "two"])
            .intelligence_service("a <b> & \"c\"\t\n")
            .interrupt_sensitivity(values::Sensitivity::High)
            .interruptible(values::InterruptBy::False)
            .language("a <b> & \"c\"\t\n")
            .partial_prompt_on_hangup(true)
            .partial_prompts(true)
            .preemptible(true)
            .profanity_filter(true)
            .report_input_during_agent_speech(values::InterruptBy::False)
            .speech_model("a <b> & \"c\"\t\n")
            .speech_timeout("a <b> & \"c\"\t\n")
            .transcription_language("a <b> & \"c\"\t\n")
            .transcription_provider("a <b> & \"c\"\t\n")
            .tts_language("a <b> & \"c\"\t\n")
            .tts_language_text_normalization(true)
            .tts_provider("a <b> & \"c\"\t\n")
            .tts_text_normalization(values::Normalization::Off)
            .turn_detection(true)
            .voice("a <b> & \"c\"\t\n")
            .welcome_greeting("a <b> & \"c\"\t\n")
            .welcome_greeting_interruptible(values::InterruptBy::False)
            .add_language(voice::Language::new("a <b> & \"c\"\t\n"))
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Connect><ConversationRelay applicationReconnect="true" asrSmartFormat="true" backgroundNoiseReduction="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" customerName="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" debug="one two" deepgramSmartFormat="true" dtmfDetection="true" eagerEotThreshold="0.5" echoPromptFiltering="true" elevenlabsLanguageTextNormalization="true" elevenlabsTextNormalization="off" events="one two" hints="press one,two &amp; three" ignoreBackchannel="true" includeInPrompt="one two" intelligenceService="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" interruptSensitivity="high" interruptible="false" language="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" partialPromptOnHangup="true" partialPrompts="true" preemptible="true" profanityFilter="true" reportInputDuringAgentSpeech="false" speechModel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" speechTimeout="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" transcriptionLanguage="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" transcriptionProvider="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ttsLanguage="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ttsLanguageTextNormalization="true" ttsProvider="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ttsTextNormalization="off" turnDetection="true" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" voice="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" welcomeGreeting="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" welcomeGreetingInterruptible="false"><Language code="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></ConversationRelay></Connect></Response>"##,
    );
}

#[test]
fn voice_conversation_relay_session() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().conversation_relay_session(voice::ConversationRelaySession::new()
            .connector("a <b> & \"c\"\t\n")
            .session_configuration("a <b> & \"c\"\t\n"))),
        r##"<Response><Connect><ConversationRelaySession connector="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" sessionConfiguration="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Connect></Response>"##,
    );
}

#[test]
fn voice_header() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().sip(voice::Sip::new("x & y").headers(voice::Headers::new().header(voice::Header::new("a <b> & \"c\"\t\n")
            .value("a <b> & \"c\"\t\n"))))),
        r##"<Response><Dial><Sip>x &amp; y<Headers><Header name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Headers></Sip></Dial></Response>"##,
    );
}

#[test]
fn voice_headers() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().sip(voice::Sip::new("x & y").headers(voice::Headers::new()
            .header(voice::Header::new("a <b> & \"c\"\t\n"))))),
        r##"<Response><Dial><Sip>x &amp; y<Headers><Header name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Headers></Sip></Dial></Response>"##,
    );
}

#[test]
fn voice_identity() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().client(voice::Client::new("x & y").identity(voice::Identity::new("x & y")))),
        r##"<Response><Dial><Client>x &amp; y<Identity>x &amp; y</Identity></Client></Dial></Response>"##,
    );
}

#[test]
fn voice_language() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().assistant(voice::Assistant::new().add_language(voice::Language::new("a <b> & \"c\"\t\n")
            .asr_smart_format(true)
            .hints(["press one", "two & three"])
            .speech_model("a <b> & \"c\"\t\n")
            .transcription_provider("a <b> & \"c\"\t\n")
            .tts_language_text_normalization(true)
            .tts_provider("a <b> & \"c\"\t\n")
            .tts_text_normalization(values::Normalization::Off)
            .voice("a <b> & \"c\"\t\n")))),
        r##"<Response><Connect><Assistant><Language asrSmartFormat="true" code="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" hints="press one,two &amp; three" speechModel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" transcriptionProvider="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ttsLanguageTextNormalization="true" ttsProvider="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" ttsTextNormalization="off" voice="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Assistant></Connect></Response>"##,
    );
}

#[test]
fn voice_number() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().number(voice::Number::new("x & y")
            .amd_status_callback("a <b> & \"c\"\t\n")
            .amd_status_callback_method(values::Method::Post)
            .byoc("a <b> & \"c\"\t\n")
            .machine_detection(values::MachineDetection::DetectMessageEnd)
            .machine_detection_silence_timeout(9)
            .machine_detection_speech_end_threshold(9)
            .machine_detection_speech_threshold(9)
            .machine_detection_timeout(9)
            .method(values::Method::Post)
            .send_digits("a <b> & \"c\"\t\n")
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_event([values::CallProgressEvent::Initiated, values::CallProgressEvent::Ringing, values::CallProgressEvent::Answered, values::CallProgressEvent::Completed])
            .status_callback_method(values::Method::Post)
            .url("a <b> & \"c\"\t\n"))),
        r##"<Response><Dial><Number amdStatusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" amdStatusCallbackMethod="POST" byoc="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" machineDetection="DetectMessageEnd" machineDetectionSilenceTimeout="9" machineDetectionSpeechEndThreshold="9" machineDetectionSpeechThreshold="9" machineDetectionTimeout="9" method="POST" sendDigits="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackEvent="initiated ringing answered completed" statusCallbackMethod="POST" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</Number></Dial></Response>"##,
    );
}

#[test]
fn voice_parameter() {
    super::voice(
        &VoiceResponse::new().hangup(voice::Hangup::new().parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n"))),
        r##"<Response><Hangup><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Hangup></Response>"##,
    );
}

#[test]
fn voice_prompt() {
    super::voice(
        &VoiceResponse::new().pay(voice::Pay::new().prompt(voice::Prompt::new(values::PayStep::BankRoutingNumber)
            .attempt([1_u32, 2])
            .card_type([values::CardType::Visa, values::CardType::Mastercard, values::CardType::Amex, values::CardType::Maestro, values::CardType::Discover, values::CardType::Optima, values::CardType::Jcb, values::CardType::DinersClub, values::CardType::Enroute])
            .error_type([values::PayErrorType::Timeout, values::PayErrorType::InvalidCardNumber, values::PayErrorType::InvalidCardType, values::PayErrorType::InvalidDate, values::PayErrorType::InvalidSecurityCode, values::PayErrorType::InternalError, values::PayErrorType::InputMatchingFailed])
            .require_matching_inputs(true)
            .pause(voice::Pause::new())
            .play(voice::Play::new("x & y"))
            .say(voice::Say::new()))),
        r##"<Response><Pay><Prompt attempt="1 2" cardType="visa mastercard amex maestro discover optima jcb diners-club enroute" errorType="timeout invalid-card-number invalid-card-type invalid-date invalid-security-code internal-error input-matching-failed" for="bank-routing-number" requireMatchingInputs="true"><Pause/><Play>x &amp; y</Play><Say/></Prompt></Pay></Response>"##,
    );
}

#[test]
fn voice_queue() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().queue(voice::Queue::new("x & y")
            .method(values::Method::Post)
            .post_work_activity_sid("a <b> & \"c\"\t\n")
            .reservation_sid("a <b> & \"c\"\t\n")
            .url("a <b> & \"c\"\t\n"))),
        r##"<Response><Dial><Queue method="POST" postWorkActivitySid="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" reservationSid="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</Queue></Dial></Response>"##,
    );
}

#[test]
fn voice_recording() {
    super::voice(
        &VoiceResponse::new().start(voice::Start::new().recording(voice::Recording::new()
            .channels(values::RecordingChannels::Dual)
            .name("a <b> & \"c\"\t\n")
            .recording_configuration_id("a <b> & \"c\"\t\n")
            .recording_status_callback("a <b> & \"c\"\t\n")
            .recording_status_callback_event([values::RecordingEvent::InProgress, values::RecordingEvent::Completed, values::RecordingEvent::Absent])
            .recording_status_callback_method(values::Method::Post)
            .track(values::RecordingTrack::Outbound)
            .trim(values::Trim::DoNotTrim))),
        r##"<Response><Start><Recording channels="dual" name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingConfigurationId="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" recordingStatusCallbackEvent="in-progress completed absent" recordingStatusCallbackMethod="POST" track="outbound" trim="do-not-trim"/></Start></Response>"##,
    );
}

#[test]
fn voice_room() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().room(voice::Room::new("x & y")
            .participant_identity("a <b> & \"c\"\t\n"))),
        r##"<Response><Connect><Room participantIdentity="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</Room></Connect></Response>"##,
    );
}

#[test]
fn voice_sim() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().sim(voice::Sim::new("x & y"))),
        r##"<Response><Dial><Sim>x &amp; y</Sim></Dial></Response>"##,
    );
}

#[test]
fn voice_refer_sip() {
    super::voice(
        &VoiceResponse::new().refer(voice::Refer::new().sip(voice::ReferSip::new("x & y"))),
        r##"<Response><Refer><Sip>x &amp; y</Sip></Refer></Response>"##,
    );
}

#[test]
fn voice_sip() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().sip(voice::Sip::new("x & y")
            .amd_status_callback("a <b> & \"c\"\t\n")
            .amd_status_callback_method(values::Method::Post)
            .machine_detection(values::MachineDetection::DetectMessageEnd)
            .machine_detection_silence_timeout(9)
            .machine_detection_speech_end_threshold(9)
            .machine_detection_speech_threshold(9)
            .machine_detection_timeout(9)
            .method(values::Method::Post)
            .password("a <b> & \"c\"\t\n")
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_event([values::CallProgressEvent::Initiated, values::CallProgressEvent::Ringing, values::CallProgressEvent::Answered, values::CallProgressEvent::Completed])
            .status_callback_method(values::Method::Post)
            .url("a <b> & \"c\"\t\n")
            .username("a <b> & \"c\"\t\n")
            .headers(voice::Headers::new())
            .uri(voice::Uri::new("x & y")))),
        r##"<Response><Dial><Sip amdStatusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" amdStatusCallbackMethod="POST" machineDetection="DetectMessageEnd" machineDetectionSilenceTimeout="9" machineDetectionSpeechEndThreshold="9" machineDetectionSpeechThreshold="9" machineDetectionTimeout="9" method="POST" password="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackEvent="initiated ringing answered completed" statusCallbackMethod="POST" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" username="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y<Headers/><Uri>x &amp; y</Uri></Sip></Dial></Response>"##,
    );
}

#[test]
fn voice_siprec() {
    super::voice(
        &VoiceResponse::new().start(voice::Start::new().siprec(voice::Siprec::new()
            .connector_name("a <b> & \"c\"\t\n")
            .name("a <b> & \"c\"\t\n")
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_method(values::Method::Post)
            .track(values::StreamTrack::BothTracks)
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Start><Siprec connectorName="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackMethod="POST" track="both_tracks"><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Siprec></Start></Response>"##,
    );
}

#[test]
fn voice_stream() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().stream(voice::Stream::new()
            .audio_format("a <b> & \"c\"\t\n")
            .connector_name("a <b> & \"c\"\t\n")
            .name("a <b> & \"c\"\t\n")
            .sample_rate("a <b> & \"c\"\t\n")
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_method(values::Method::Post)
            .track(values::StreamTrack::BothTracks)
            .url("a <b> & \"c\"\t\n")
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Connect><Stream audioFormat="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" connectorName="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" sampleRate="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackMethod="POST" track="both_tracks" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Stream></Connect></Response>"##,
    );
}

#[test]
fn voice_task() {
    super::voice(
        &VoiceResponse::new().enqueue(voice::Enqueue::new("x & y").task(voice::Task::new("x & y")
            .priority(7)
            .timeout(9))),
        r##"<Response><Enqueue>x &amp; y<Task priority="7" timeout="9">x &amp; y</Task></Enqueue></Response>"##,
    );
}

#[test]
fn voice_transcription() {
    super::voice(
        &VoiceResponse::new().start(voice::Start::new().transcription(voice::Transcription::new()
            .conversation_configuration("a <b> & \"c\"\t\n")
            .conversation_id("a <b> & \"c\"\t\n")
            .enable_automatic_punctuation(true)
            .enable_provider_data(true)
            .hints(["press one", "two & three"])
            .inbound_track_label("a <b> & \"c\"\t\n")
            .intelligence_service("a <b> & \"c\"\t\n")
            .language_code("a <b> & \"c\"\t\n")
            .name("a <b> & \"c\"\t\n")
            .outbound_track_label("a <b> & \"c\"\t\n")
            .partial_results(true)
            .profanity_filter(true)
            .speech_model("a <b> & \"c\"\t\n")
            .status_callback_method(values::Method::Post)
            .status_callback_url("a <b> & \"c\"\t\n")
            .track(values::StreamTrack::BothTracks)
            .transcription_engine("a <b> & \"c\"\t\n")
            .config(voice::Config::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n"))
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Start><Transcription conversationConfiguration="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" conversationId="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" enableAutomaticPunctuation="true" enableProviderData="true" hints="press one,two &amp; three" inboundTrackLabel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" intelligenceService="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" languageCode="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" outboundTrackLabel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" partialResults="true" profanityFilter="true" speechModel="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackMethod="POST" statusCallbackUrl="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" track="both_tracks" transcriptionEngine="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"><Config name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></Transcription></Start></Response>"##,
    );
}

#[test]
fn voice_uri() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().sip(voice::Sip::new("x & y").uri(voice::Uri::new("x & y")
            .password("a <b> & \"c\"\t\n")
            .priority(7)
            .username("a <b> & \"c\"\t\n")
            .weight(7)))),
        r##"<Response><Dial><Sip>x &amp; y<Uri password="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" priority="7" username="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" weight="7">x &amp; y</Uri></Sip></Dial></Response>"##,
    );
}

#[test]
fn voice_virtual_agent() {
    super::voice(
        &VoiceResponse::new().connect(voice::Connect::new().virtual_agent(voice::VirtualAgent::new()
            .connector_name("a <b> & \"c\"\t\n")
            .language("a <b> & \"c\"\t\n")
            .sentiment_analysis(true)
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_method(values::Method::Post)
            .config(voice::Config::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n"))
            .parameter(voice::Parameter::new("a <b> & \"c\"\t\n", "a <b> & \"c\"\t\n")))),
        r##"<Response><Connect><VirtualAgent connectorName="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" language="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" sentimentAnalysis="true" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackMethod="POST"><Config name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/><Parameter name="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" value="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;"/></VirtualAgent></Connect></Response>"##,
    );
}

#[test]
fn voice_whats_app() {
    super::voice(
        &VoiceResponse::new().dial(voice::Dial::new().whats_app(voice::WhatsApp::new("x & y")
            .method(values::Method::Post)
            .status_callback("a <b> & \"c\"\t\n")
            .status_callback_event([values::CallProgressEvent::Initiated, values::CallProgressEvent::Ringing, values::CallProgressEvent::Answered, values::CallProgressEvent::Completed])
            .status_callback_method(values::Method::Post)
            .url("a <b> & \"c\"\t\n"))),
        r##"<Response><Dial><WhatsApp method="POST" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" statusCallbackEvent="initiated ringing answered completed" statusCallbackMethod="POST" url="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</WhatsApp></Dial></Response>"##,
    );
}

#[test]
fn voice_break() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().break_(voice::ssml::Break::new()
            .strength(values::BreakStrength::XStrong)
            .time(values::SsmlTime::milliseconds(250)))),
        r##"<Response><Say><break strength="x-strong" time="250ms"/></Say></Response>"##,
    );
}

#[test]
fn voice_emphasis() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().emphasis(voice::ssml::Emphasis::new()
            .level(values::EmphasisLevel::Reduced)
            .text("before ")
            .break_(voice::ssml::Break::new())
            .emphasis(voice::ssml::Emphasis::new())
            .lang(voice::ssml::Lang::new(values::SsmlLanguage::YueCn))
            .phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n"))
            .prosody(voice::ssml::Prosody::new())
            .say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone))
            .sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))
            .w(voice::ssml::W::new())
            .text(" after"))),
        r##"<Response><Say><emphasis level="reduced">before <break/><emphasis/><lang xml:lang="yue-CN"/><phoneme ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme><prosody/><say-as interpret-as="telephone">x &amp; y</say-as><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub><w/> after</emphasis></Say></Response>"##,
    );
}

#[test]
fn voice_lang() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().lang(voice::ssml::Lang::new(values::SsmlLanguage::YueCn)
            .text("before ")
            .break_(voice::ssml::Break::new())
            .emphasis(voice::ssml::Emphasis::new())
            .lang(voice::ssml::Lang::new(values::SsmlLanguage::YueCn))
            .p(voice::ssml::P::new())
            .phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n"))
            .prosody(voice::ssml::Prosody::new())
            .s(voice::ssml::S::new())
            .say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone))
            .sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))
            .w(voice::ssml::W::new())
            .text(" after"))),
        r##"<Response><Say><lang xml:lang="yue-CN">before <break/><emphasis/><lang xml:lang="yue-CN"/><p/><phoneme ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme><prosody/><s/><say-as interpret-as="telephone">x &amp; y</say-as><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub><w/> after</lang></Say></Response>"##,
    );
}

#[test]
fn voice_p() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().p(voice::ssml::P::new()
            .text("before ")
            .break_(voice::ssml::Break::new())
            .emphasis(voice::ssml::Emphasis::new())
            .lang(voice::ssml::Lang::new(values::SsmlLanguage::YueCn))
            .phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n"))
            .prosody(voice::ssml::Prosody::new())
            .s(voice::ssml::S::new())
            .say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone))
            .sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))
            .w(voice::ssml::W::new())
            .text(" after"))),
        r##"<Response><Say><p>before <break/><emphasis/><lang xml:lang="yue-CN"/><phoneme ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme><prosody/><s/><say-as interpret-as="telephone">x &amp; y</say-as><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub><w/> after</p></Say></Response>"##,
    );
}

#[test]
fn voice_phoneme() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n")
            .alphabet(values::PhonemeAlphabet::XAmazonYomigana))),
        r##"<Response><Say><phoneme alphabet="x-amazon-yomigana" ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme></Say></Response>"##,
    );
}

#[test]
fn voice_prosody() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().prosody(voice::ssml::Prosody::new()
            .pitch(values::ProsodyPitch::XHigh)
            .rate(values::ProsodyRate::XFast)
            .volume(values::ProsodyVolume::XLoud)
            .text("before ")
            .break_(voice::ssml::Break::new())
            .emphasis(voice::ssml::Emphasis::new())
            .lang(voice::ssml::Lang::new(values::SsmlLanguage::YueCn))
            .p(voice::ssml::P::new())
            .phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n"))
            .prosody(voice::ssml::Prosody::new())
            .s(voice::ssml::S::new())
            .say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone))
            .sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))
            .w(voice::ssml::W::new())
            .text(" after"))),
        r##"<Response><Say><prosody pitch="x-high" rate="x-fast" volume="x-loud">before <break/><emphasis/><lang xml:lang="yue-CN"/><p/><phoneme ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme><prosody/><s/><say-as interpret-as="telephone">x &amp; y</say-as><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub><w/> after</prosody></Say></Response>"##,
    );
}

#[test]
fn voice_s() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().s(voice::ssml::S::new()
            .text("before ")
            .break_(voice::ssml::Break::new())
            .emphasis(voice::ssml::Emphasis::new())
            .lang(voice::ssml::Lang::new(values::SsmlLanguage::YueCn))
            .phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n"))
            .prosody(voice::ssml::Prosody::new())
            .say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone))
            .sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))
            .w(voice::ssml::W::new())
            .text(" after"))),
        r##"<Response><Say><s>before <break/><emphasis/><lang xml:lang="yue-CN"/><phoneme ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme><prosody/><say-as interpret-as="telephone">x &amp; y</say-as><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub><w/> after</s></Say></Response>"##,
    );
}

#[test]
fn voice_say_as() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone)
            .format(values::DateFormat::Yyyymmdd))),
        r##"<Response><Say><say-as format="yyyymmdd" interpret-as="telephone">x &amp; y</say-as></Say></Response>"##,
    );
}

#[test]
fn voice_sub() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))),
        r##"<Response><Say><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub></Say></Response>"##,
    );
}

#[test]
fn voice_w() {
    super::voice(
        &VoiceResponse::new().say(voice::Say::new().w(voice::ssml::W::new()
            .role("a <b> & \"c\"\t\n")
            .text("before ")
            .break_(voice::ssml::Break::new())
            .emphasis(voice::ssml::Emphasis::new())
            .phoneme(voice::ssml::Phoneme::new("x & y", "a <b> & \"c\"\t\n"))
            .prosody(voice::ssml::Prosody::new())
            .say_as(voice::ssml::SayAs::new("x & y", values::InterpretAs::Telephone))
            .sub(voice::ssml::Sub::new("x & y", "a <b> & \"c\"\t\n"))
            .text(" after"))),
        r##"<Response><Say><w role="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">before <break/><emphasis/><phoneme ph="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</phoneme><prosody/><say-as interpret-as="telephone">x &amp; y</say-as><sub alias="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y</sub> after</w></Say></Response>"##,
    );
}

#[test]
fn messaging_messaging_response() {
    super::messaging(
        &MessagingResponse::new()
            .message(messaging::Message::new("x & y"))
            .redirect(messaging::Redirect::new("x & y")),
        r##"<Response><Message>x &amp; y</Message><Redirect>x &amp; y</Redirect></Response>"##,
    );
}

#[test]
fn messaging_message() {
    super::messaging(
        &MessagingResponse::new().message(messaging::Message::new("x & y")
            .action("a <b> & \"c\"\t\n")
            .from("a <b> & \"c\"\t\n")
            .method(values::Method::Post)
            .status_callback("a <b> & \"c\"\t\n")
            .to("a <b> & \"c\"\t\n")
            .body(messaging::Body::new("x & y"))
            .media(messaging::Media::new("x & y"))),
        r##"<Response><Message action="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" from="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" method="POST" statusCallback="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;" to="a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;">x &amp; y<Body>x &amp; y</Body><Media>x &amp; y</Media></Message></Response>"##,
    );
}

#[test]
fn messaging_redirect() {
    super::messaging(
        &MessagingResponse::new().redirect(messaging::Redirect::new("x & y")
            .method(values::Method::Post)),
        r##"<Response><Redirect method="POST">x &amp; y</Redirect></Response>"##,
    );
}

#[test]
fn messaging_body() {
    super::messaging(
        &MessagingResponse::new().message(messaging::Message::new("x & y").body(messaging::Body::new("x & y"))),
        r##"<Response><Message>x &amp; y<Body>x &amp; y</Body></Message></Response>"##,
    );
}

#[test]
fn messaging_media() {
    super::messaging(
        &MessagingResponse::new().message(messaging::Message::new("x & y").media(messaging::Media::new("x & y"))),
        r##"<Response><Message>x &amp; y<Media>x &amp; y</Media></Message></Response>"##,
    );
}

