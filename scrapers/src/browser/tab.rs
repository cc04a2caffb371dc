//! What a session can do besides pages and elements: frames, windows, dialogs, keys, files.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WindowHandle;
use tokio::time::sleep;

use super::{Handle, Session, Trouble};

/// Where Chromium puts what it downloads, under the run's own folder.
pub(super) const DOWNLOADS: &str = "downloads";
const UPLOADS: &str = "uploads";
/// The ending of a download that is still coming.
const UNFINISHED: &str = ".crdownload";
const POLL: Duration = Duration::from_millis(50);

/// How a dialog of the page's own is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Accept,
    Dismiss,
}

/// A file that the browser has downloaded.
#[derive(Clone, Debug)]
pub(crate) struct Download {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Session {
    fn handle(&self, handle: &Handle) -> Element {
        Element::from_element_id(
            self.client.clone(),
            ElementRef::from(handle.id().to_owned()),
        )
    }

    /// Looks into the frame from here on.
    pub(crate) async fn enter_frame(&mut self, frame: &Handle) -> Result<(), Trouble> {
        let element = self.handle(frame);
        let entered = self.command("entering a frame", element.enter_frame());
        entered.await
    }

    /// Looks at the whole page again, out of all frames.
    pub(crate) async fn leave_frames(&mut self) -> Result<(), Trouble> {
        let window = self.window().await?;
        self.enter_window(window).await
    }

    pub(crate) async fn windows(&mut self) -> Result<Vec<WindowHandle>, Trouble> {
        let client = self.client.clone();
        self.command("counting the windows", client.windows()).await
    }

    pub(crate) async fn window(&mut self) -> Result<WindowHandle, Trouble> {
        let client = self.client.clone();
        self.command("naming the window", client.window()).await
    }

    pub(crate) async fn enter_window(&mut self, window: WindowHandle) -> Result<(), Trouble> {
        let client = self.client.clone();
        self.command("entering a window", client.switch_to_window(window))
            .await
    }

    /// Closes the window that is looked at; another must be entered then.
    pub(crate) async fn close_window(&mut self) -> Result<(), Trouble> {
        let client = self.client.clone();
        self.command("closing a window", client.close_window())
            .await
    }

    /// What the page asks; an error when it asks nothing.
    pub(crate) async fn question(&mut self) -> Result<String, Trouble> {
        let client = self.client.clone();
        self.command("reading a dialog", client.get_alert_text())
            .await
    }

    pub(crate) async fn answer(&mut self, answer: Answer) -> Result<(), Trouble> {
        let client = self.client.clone();
        match answer {
            Answer::Accept => {
                self.command("answering a dialog", client.accept_alert())
                    .await
            }
            Answer::Dismiss => {
                self.command("answering a dialog", client.dismiss_alert())
                    .await
            }
        }
    }

    /// Types into an element without emptying it first.
    pub(crate) async fn type_keys(&mut self, handle: &Handle, keys: &str) -> Result<(), Trouble> {
        let element = self.handle(handle);
        self.command("a key", element.send_keys(keys)).await
    }

    /// Gives a file to a field for files.
    pub(crate) async fn upload(
        &mut self,
        handle: &Handle,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), Trouble> {
        let folder = self.own(UPLOADS)?;
        let path = folder.join(name);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| Trouble::Said(format!("the file to upload: {error}")))?;
        let element = self.handle(handle);
        let path = path.display().to_string();
        self.command("choosing a file", element.send_keys(&path))
            .await
    }

    /// The names of all files that were downloaded so far.
    pub(crate) fn downloads(&self) -> Result<Vec<String>, Trouble> {
        let folder = self.own(DOWNLOADS)?;
        let Ok(entries) = fs::read_dir(folder) else {
            return Ok(Vec::new());
        };
        Ok(entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect())
    }

    /// Waits for one file that was not among `before`; `None` when none comes.
    pub(crate) async fn downloaded(
        &mut self,
        before: &[String],
    ) -> Result<Option<Download>, Trouble> {
        let until = Instant::now() + self.limits().page;
        loop {
            let now = self.downloads()?;
            let new: Vec<&String> = now.iter().filter(|name| !before.contains(name)).collect();
            // Chromium keeps a hidden name until it knows the file's own.
            let coming = |name: &String| name.ends_with(UNFINISHED) || name.starts_with('.');
            if let [name] = new.as_slice()
                && !coming(name)
            {
                let bytes = fs::read(self.own(DOWNLOADS)?.join(name))
                    .map_err(|error| Trouble::Said(format!("the download: {error}")))?;
                let name = (*name).clone();
                return Ok(Some(Download { name, bytes }));
            }
            if Instant::now() > until {
                return Ok(None);
            }
            sleep(POLL).await;
        }
    }

    fn own(&self, folder: &str) -> Result<PathBuf, Trouble> {
        self.folder().map(|own| own.join(folder)).ok_or_else(|| {
            Trouble::Said("files go only through a browser on this machine".to_owned())
        })
    }
}
