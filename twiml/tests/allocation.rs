//! Rendering into a buffer that is long enough does not allocate.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use twiml::voice::ssml::Break;
use twiml::voice::{Dial, Gather, Number, Say};
use twiml::{Element, VoiceResponse};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn rendering_into_a_reused_buffer_allocates_nothing() {
    let answer = VoiceResponse::new()
        .gather(
            Gather::new()
                .num_digits(1)
                .timeout(5)
                .hints(["one & two", "three"])
                .say("Press <1>."),
        )
        .say(
            Say::new()
                .text("Please ")
                .break_(Break::new())
                .text("hold")
                .attribute_unchecked("mood", "\"calm\""),
        )
        .dial(
            Dial::new()
                .number(Number::new("+442071838750"))
                .client("alice"),
        )
        .element_unchecked(Element::new("Tomorrow").text("x"));
    let mut buffer = String::new();
    answer.render_into(&mut buffer).unwrap();
    let once = buffer.clone();

    buffer.clear();
    let region = Region::new(ALLOCATOR);
    answer.render_into(&mut buffer).unwrap();
    let change = region.change();
    assert_eq!(buffer, once);
    assert_eq!(change.allocations + change.reallocations, 0, "{change:?}");
}
