//! What a [`super::Graph`] is started with.

use std::time::Duration;

use url::Url;

use super::rules::Template;

/// Everything that the server is told at its start.
#[derive(Clone, Debug)]
pub struct GraphSettings {
    /// Key of the webhook signatures.
    pub app_secret: String,
    /// What the handshake sends as `hub.verify_token`.
    pub verify_token: String,
    /// The only bearer token that is taken.
    pub access_token: String,
    /// Id of the WhatsApp Business Account (`entry[].id`).
    pub waba_id: String,
    /// The business numbers.
    pub numbers: Vec<Number>,
    /// Where webhooks go.
    pub callback: Url,
    /// The people with a phone.
    pub people: Vec<Person>,
    /// The approved templates.
    pub templates: Vec<Template>,
    /// When a webhook that was not answered with 200 is sent again.
    pub retries: Retries,
    /// Whether, and how late, the people read what they get.
    pub reading: Reading,
    /// How long the business waits after the last message of a person. Only shown on the page.
    pub quiet: Duration,
    /// Links in the head of the page.
    pub links: Vec<Link>,
    /// Texts that a click puts into the text box.
    pub examples: Vec<String>,
}

impl GraphSettings {
    /// One number, made-up secrets, nobody with a phone yet, fast retries; every field can be changed.
    pub fn new(callback: Url) -> Self {
        Self {
            app_secret: "demo-app-secret".to_owned(),
            verify_token: "demo-verify-token".to_owned(),
            access_token: "demo-access-token".to_owned(),
            waba_id: "102290129340398".to_owned(),
            numbers: vec![Number::new("106540352242922", "+254 711 000000", "Sutler")],
            callback,
            people: Vec::new(),
            templates: Vec::new(),
            retries: Retries::default(),
            reading: Reading::After(Duration::from_millis(250)),
            quiet: Duration::from_secs(4),
            links: Vec::new(),
            examples: Vec::new(),
        }
    }
}

/// A number of the business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The id in paths and in `metadata`.
    pub phone_number_id: String,
    /// How it is written for people: `+254 711 000000`.
    pub display: String,
    /// The verified name.
    pub name: String,
}

impl Number {
    /// A number by its three properties.
    pub fn new(phone_number_id: &str, display: &str, name: &str) -> Self {
        Self {
            phone_number_id: phone_number_id.to_owned(),
            display: display.to_owned(),
            name: name.to_owned(),
        }
    }

    /// `display` as Meta sends it: digits only.
    pub(super) fn digits(&self) -> String {
        digits(&self.display)
    }
}

/// Somebody with WhatsApp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name in the profile.
    pub name: String,
    /// `+254700000001`; absent for people who share only a user name.
    pub phone: Option<String>,
    /// The business-scoped user id, `KE.13491208655302741918`. Made from the phone number when absent.
    pub user_id: Option<String>,
    /// What stands under the name on the page: "Site engineer, Site 4".
    pub about: String,
    /// The business number this person writes to; the first one when absent.
    pub number: Option<String>,
    /// Whether the business may write without a template before this person has written.
    pub window: Window,
}

/// The 24-hour window at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The person wrote just before the start.
    Open,
    /// The person has never written.
    Shut,
}

impl Person {
    /// Somebody with a phone number, window shut.
    pub fn with_phone(name: &str, phone: &str) -> Self {
        Self {
            name: name.to_owned(),
            phone: Some(phone.to_owned()),
            user_id: None,
            about: String::new(),
            number: None,
            window: Window::Shut,
        }
    }

    /// Somebody whose phone number stays hidden, window shut.
    pub fn with_user_id(name: &str, user_id: &str) -> Self {
        Self {
            phone: None,
            user_id: Some(user_id.to_owned()),
            ..Self::with_phone(name, "")
        }
    }

    /// The same person with a line about them.
    #[must_use]
    pub fn about(mut self, about: &str) -> Self {
        about.clone_into(&mut self.about);
        self
    }

    /// The same person, who wrote just before the start.
    #[must_use]
    pub fn window_open(mut self) -> Self {
        self.window = Window::Open;
        self
    }

    /// The same person, who writes to this number of the business.
    #[must_use]
    pub fn writes_to(mut self, phone_number_id: &str) -> Self {
        self.number = Some(phone_number_id.to_owned());
        self
    }

    /// The phone number as digits (`wa_id`).
    pub(super) fn wa_id(&self) -> Option<String> {
        self.phone.as_deref().map(digits)
    }

    /// The phone number, else the user id: how tests and the page name this person.
    pub fn key(&self) -> &str {
        self.phone
            .as_deref()
            .or(self.user_id.as_deref())
            .unwrap_or(&self.name)
    }
}

pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Retries of webhooks: the pause doubles from `first` to `longest`. Meta goes on for seven days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// The first pause.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// Total time after which a webhook is dropped.
    pub give_up_after: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(300),
            longest: Duration::from_secs(10),
            give_up_after: Duration::from_hours(7 * 24),
        }
    }
}

/// Whether people read what they get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// This long after it was delivered.
    After(Duration),
    /// The message stays delivered and unread.
    Never,
}

/// A link in the head of the page.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Link {
    /// Its text.
    pub title: String,
    /// Where it leads.
    pub url: String,
}
