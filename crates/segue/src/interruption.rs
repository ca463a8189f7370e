//! Ctrl-C, for commands that can end early and leave something whole.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// The exit status of a command that was interrupted.
pub const EXIT_STATUS: u8 = 130;

/// Becomes true at Ctrl-C, so that the output ends with a whole line. A second Ctrl-C ends at once, and so does
/// `within`.
pub fn flag(within: Duration) -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    let listen = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                raised.store(true, Ordering::Relaxed);
            }
            // Where the input has nothing to say, nobody looks at the flag.
            tokio::time::timeout(within, tokio::signal::ctrl_c()).await.ok();
            std::process::exit(i32::from(EXIT_STATUS));
        });
    };
    // Lives as long as the process; without it Ctrl-C ends at once, which is as good.
    thread::Builder::new().name("ctrl-c".into()).spawn(listen).ok();
    flag
}
