//! Every speed claim, against named peers in the same run
