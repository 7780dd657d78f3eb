//! What a month cost, over HTTP.
