//! Sends requests over HTTP and says how long each took.

fn main() {}
