//! Send, validate and understand systeme.io webhooks. The library does what the command line asks and prints nothing: what there is to say goes to a
//! [`report`].
//!
//! Imports go one way, and a test holds them to it:
//!
//! - [`commands`]: arguments → engines → messages
//! - [`cli`]: what was typed
//! - [`sender`], [`report`]: the engine beneath `send`; the only code that writes for people and machines
//! - [`judgement`]: what is wrong with what came
//! - [`payload`], [`delivery`]: a body; what travels
//! - [`schema`], [`story`], [`php_json`]: what is valid; facts from a seed; systeme.io's encoding
//! - [`catalog`]: the events
//!
//! A module imports none above it or beside it; [`error`] and [`mod@pointer`] are everybody's.

pub mod catalog;
pub mod cli;
pub mod commands;
pub mod delivery;
pub mod error;
pub mod judgement;
pub mod payload;
pub mod php_json;
pub mod pointer;
pub mod report;
pub mod schema;
pub mod sender;
pub mod story;
