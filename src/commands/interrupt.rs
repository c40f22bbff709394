//! Ctrl-C where no connection is waited for: what is under way is finished and told, and the exit code is that of an interrupted run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::Exit;

/// Until the program is asked to end: Ctrl-C, and SIGTERM where there is such a thing.
pub async fn asked_to_end() {
    let interrupted = async {
        // Where it cannot be watched, it ends the program by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminated) => {
                terminated.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    pub fn watched() -> Self {
        let met = Arc::new(AtomicBool::new(false));
        let told = met.clone();
        thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
                told.store(true, Ordering::Relaxed);
                // Who waits for input that does not come cannot look at the flag.
                const GRACE: Duration = Duration::from_secs(1);
                thread::sleep(GRACE);
                std::process::exit(Exit::Interrupted.code().into());
            }
        });
        Self(met)
    }

    pub fn is_met(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
