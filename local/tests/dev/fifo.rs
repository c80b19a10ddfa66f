//! A pipe with a name. It ends for its reader once nobody has it open for writing any more, so that its end is the end of the
//! processes that write to it.

use std::fs::File;
use std::io::Read as _;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

/// Makes one.
pub(crate) fn fifo_in(folder: &tempfile::TempDir) -> String {
    let path = folder.path().join("pipe").into_os_string().into_string().unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// The pipe of processes that have written `started`.
pub(crate) struct Started(File);

/// Waits until a process has it open and has written that it has started.
pub(crate) async fn open_for_reading(fifo: String) -> Started {
    let open_and_read = || {
        let mut pipe = File::open(fifo).unwrap();
        let mut started = [0; 8];
        pipe.read_exact(&mut started).unwrap();
        assert_eq!(&started, b"started\n");
        Started(pipe)
    };
    tokio::task::spawn_blocking(open_and_read).await.unwrap()
}

impl Started {
    /// Checks that no process is left that could write to it.
    pub(crate) fn assert_ended(mut self) {
        let (ended, has_ended) = mpsc::channel();
        std::thread::spawn(move || ended.send(self.0.read(&mut [0]).unwrap()));
        assert_eq!(has_ended.recv_timeout(Duration::from_secs(30)), Ok(0));
    }
}
