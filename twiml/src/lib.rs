//! Every TwiML verb, noun and attribute as typed Rust: build, render, parse and lint
