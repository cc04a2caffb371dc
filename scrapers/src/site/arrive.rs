//! Waiting for what an action has started, and knowing where that led: page, frame, window.
//!
//! **Invariant:** after an action in a frame or window that is gone nothing acts on what lies
//! behind it.

use std::time::Instant;

use tokio::time::sleep;
use toml::Spanned;

use super::act::not_acted;
use super::look::POLL;
use super::{Scope, Visit};
use crate::browser::{Leaves, Settle, Trouble};
use crate::error::SiteError;
use crate::order::SiteFile;
use crate::recipe::step::{FileName, Step};

impl Visit {
    /// Waits for what an action has started, then recognises the page.
    pub(super) async fn arrive(
        &mut self,
        scope: Scope<'_>,
        token: &str,
        leaves: Leaves,
    ) -> Result<(), SiteError> {
        match self.session.settle(token, leaves).await {
            Ok(Settle::Stayed | Settle::NewPage) => {}
            Ok(Settle::NoAnswer) => {
                return Err(SiteError::Unavailable("it does not answer".into()));
            }
            Ok(Settle::TooSlow) => {
                let seconds = self.session.limits().page.as_secs();
                let text = format!("no page within {seconds} seconds");
                return Err(SiteError::Unavailable(text));
            }
            // What was done in it has closed it.
            Err(Trouble::Gone(_)) if !self.frames.is_empty() => {
                self.lost = Some("the frame is gone");
                self.session.leave_frames().await?;
            }
            Err(Trouble::Gone(_)) if self.windows > 1 => {
                self.lost = Some("the window is gone");
                return Ok(());
            }
            Err(trouble) => return Err(trouble.into()),
        }
        if self.session.windows().await?.len() > self.windows {
            return Err(SiteError::Changed {
                what: "the site has opened another window".into(),
                locator: format!("flow {}", scope.part.name()),
            });
        }
        self.recognise(scope).await
    }

    /// The signs of a page stand in the whole page, wherever the run looks now.
    pub(super) async fn recognise(&mut self, scope: Scope<'_>) -> Result<(), SiteError> {
        if self.frames.is_empty() || self.lost.is_some() {
            return self.recognise_here(scope).await;
        }
        self.session.leave_frames().await?;
        self.recognise_here(scope).await?;
        for frame in self.frames.clone() {
            match self.session.enter_frame(&frame).await {
                Ok(()) => {}
                Err(Trouble::Stale(_) | Trouble::Gone(_) | Trouble::Said(_)) => {
                    self.lost = Some("the frame is gone");
                    return Ok(self.session.leave_frames().await?);
                }
                Err(trouble) => return Err(trouble.into()),
            }
        }
        Ok(())
    }

    /// Runs the steps inside a frame.
    pub(super) async fn inside_frame(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        steps: &[Spanned<Step>],
    ) -> Result<(), SiteError> {
        let frame = self.reach(scope, name).await?;
        if let Err(trouble) = self.session.enter_frame(&frame.handle).await {
            return Err(not_acted(name, trouble));
        }
        self.note_rank(name, frame.rank);
        self.frames.push(frame.handle);
        let result = self.run_all(scope, steps).await;
        self.frames.pop();
        if self.lost.take().is_none() {
            self.session.leave_frames().await?;
            for frame in self.frames.clone() {
                self.session.enter_frame(&frame).await?;
            }
        }
        result
    }

    /// Clicks, runs the steps in the window that this opens, and closes it.
    pub(super) async fn inside_popup(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        steps: &[Spanned<Step>],
    ) -> Result<(), SiteError> {
        let home = self.session.window().await?;
        let before = self.session.windows().await?;
        self.press_on(scope, name).await?;
        let until = Instant::now() + self.session.limits().query;
        let new = loop {
            let now = self.session.windows().await?;
            if let Some(new) = now.into_iter().find(|window| !before.contains(window)) {
                break new;
            }
            if Instant::now() > until {
                return Err(SiteError::Changed {
                    what: "no window opens".into(),
                    locator: name.to_owned(),
                });
            }
            sleep(POLL).await;
        };
        self.session.enter_window(new.clone()).await?;
        self.windows += 1;
        let result = match self.loaded(scope).await {
            Ok(()) => self.run_all(scope, steps).await,
            Err(error) => Err(error),
        };
        self.windows -= 1;
        self.lost = None;
        if self.session.windows().await?.contains(&new) {
            self.session.close_window().await?;
        }
        self.session.enter_window(home).await?;
        result
    }

    /// Waits until a new window shows its page.
    async fn loaded(&mut self, scope: Scope<'_>) -> Result<(), SiteError> {
        let until = Instant::now() + self.session.limits().page;
        loop {
            match self.session.state("").await {
                Ok(state) if state.is_error_page() => {
                    return Err(SiteError::Unavailable("it does not answer".into()));
                }
                Ok(state) if state.ready == "complete" && state.url != "about:blank" => {
                    return self.recognise(scope).await;
                }
                Ok(_) | Err(Trouble::Moved(_)) => {}
                Err(trouble) => return Err(trouble.into()),
            }
            if Instant::now() > until {
                return Err(SiteError::Unavailable("a window stays empty".into()));
            }
            sleep(POLL).await;
        }
    }

    /// Clicks, and keeps the file that the browser downloads.
    pub(super) async fn download(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        file: Option<&FileName>,
    ) -> Result<(), SiteError> {
        let before = self.session.downloads()?;
        self.press_on(scope, name).await?;
        let Some(download) = self.session.downloaded(&before).await? else {
            self.recognise(scope).await?;
            return Err(SiteError::Changed {
                what: "no file comes".into(),
                locator: name.to_owned(),
            });
        };
        let is_pdf = download.bytes.starts_with(b"%PDF");
        let media_type = if is_pdf {
            "application/pdf"
        } else {
            "application/octet-stream"
        };
        self.files.push(SiteFile {
            name: file.map_or(download.name, |file| file.0.clone()),
            media_type: media_type.to_owned(),
            bytes: download.bytes,
        });
        Ok(())
    }

    /// Keeps the page as a PDF.
    pub(super) async fn print(&mut self, file: &FileName) -> Result<(), SiteError> {
        let bytes = self.session.pdf().await?;
        self.files.push(SiteFile {
            name: file.0.clone(),
            media_type: "application/pdf".to_owned(),
            bytes,
        });
        Ok(())
    }
}
