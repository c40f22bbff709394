//! Send, validate and understand systeme.io webhooks. The library does what the command line asks and prints nothing: what there is to say goes to a
//! [`report`].
//!
//! Imports go one way, and a test holds them to it:
//!
//! - [`commands`]: arguments → engines → messages
//! - [`cli`]: what was typed
//! - [`sender`], [`receiver`], [`report`]: the engines beneath `send` and `listen`; the only code that writes for people and machines
//! - [`judgement`], [`decoded`]: what is wrong with what came; what it says
//! - [`payload`], [`delivery`]: a body; what travels
//! - [`signature`]: what Settings > Webhooks signs with
//! - [`schema`], [`story`], [`php_json`]: what is valid; facts from a seed; systeme.io's encoding
//! - [`catalog`]: the events
//!
//! A module imports none above it or beside it; [`error`], [`mod@pointer`] and [`time`] are everybody's.

pub mod catalog;
pub mod cli;
pub mod commands;
pub mod decoded;
pub mod delivery;
pub mod error;
pub mod judgement;
pub mod payload;
pub mod php_json;
pub mod pointer;
pub mod receiver;
pub mod report;
pub mod schema;
pub mod sender;
pub mod signature;
pub mod story;
pub mod time;
