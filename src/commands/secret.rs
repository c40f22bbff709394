//! The secret of Settings > Webhooks, from wherever it is given.

use std::env;
use std::fs;

use crate::cli::SecretArgs;
use crate::error::{Error, Result};
use crate::signature::Secret;

const VARIABLE: &str = "SYSTEME_HOOK_SECRET";

/// The secret that was given, exactly as it was typed.
pub fn given(args: &SecretArgs) -> Result<Option<Secret>> {
    if let Some(path) = &args.secret_file {
        let cannot = |error| Error::new(format!("cannot read {}: {error}", path.display())).hint("--secret-file takes a file that holds the secret");
        let mut bytes = fs::read(path).map_err(cannot)?;
        // An editor ends a file with a newline, and nobody types one.
        let end = [&b"\r\n"[..], b"\n"].into_iter().find(|end| bytes.ends_with(end)).map_or(0, <[u8]>::len);
        bytes.truncate(bytes.len() - end);
        return if bytes.is_empty() { Err(Error::new(format!("{} is empty", path.display()))) } else { Ok(Some(Secret::from(bytes))) };
    }
    let of_environment = || env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(|value| Secret::from(value.into_encoded_bytes()));
    Ok(args.secret.clone().or_else(of_environment))
}
