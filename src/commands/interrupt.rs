//! Being asked to end: what is under way is finished and told.

use std::future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use tokio::signal::unix;
#[cfg(windows)]
use tokio::signal::windows;

use super::Exit;

/// Ctrl-C, and SIGTERM where there is such a thing, from the moment that this is made: what comes before would end the program by itself.
pub struct Ending {
    #[cfg(unix)]
    signals: [unix::Signal; 2],
    #[cfg(windows)]
    signals: [windows::CtrlC; 1],
}

impl Ending {
    /// Works on the runtime that this is called on.
    pub fn watched() -> io::Result<Self> {
        #[cfg(unix)]
        let signals = [unix::signal(unix::SignalKind::interrupt())?, unix::signal(unix::SignalKind::terminate())?];
        #[cfg(windows)]
        let signals = [windows::ctrl_c()?];
        Ok(Self { signals })
    }

    /// Until the program is asked to end, or asked once more.
    pub async fn asked(&mut self) {
        future::poll_fn(|context| match self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
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
