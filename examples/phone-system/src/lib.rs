//! A support line: hours, queue, overflow, agents
