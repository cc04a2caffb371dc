//! Messages, bursts and what is sent back.

text_enum! {
    /// What a message is, as far as Sutler can read it.
    MessageKind {
        Text = "text",
        Press = "press",
        Voice = "voice",
        Image = "image",
        Video = "video",
        Document = "document",
        Sticker = "sticker",
        Location = "location",
        Contacts = "contacts",
        Reaction = "reaction",
        Cart = "cart",
        Edit = "edit",
        Revoke = "revoke",
        System = "system",
        Unsupported = "unsupported",
    }
}

impl MessageKind {
    /// True if nothing that it says can be read as text.
    pub fn is_unreadable(self) -> bool {
        match self {
            Self::Text | Self::Press | Self::Reaction | Self::System => false,
            Self::Voice
            | Self::Image
            | Self::Video
            | Self::Document
            | Self::Sticker
            | Self::Location
            | Self::Contacts
            | Self::Cart
            | Self::Edit
            | Self::Revoke
            | Self::Unsupported => true,
        }
    }

    /// "I cannot … yet: please …", the sentence for its sender.
    pub fn apology(self) -> &'static str {
        match self {
            Self::Voice => "I cannot listen to voice notes yet: please type it.",
            Self::Image => "I cannot read pictures yet: please type what is on it.",
            Self::Video => "I cannot watch videos yet: please type it.",
            Self::Document => "I cannot read documents yet: please type the lines.",
            Self::Sticker => "I cannot read stickers: please type it.",
            Self::Location => "I cannot use locations yet: please type the site's name.",
            Self::Contacts => "I cannot use contact cards yet: please type what you need.",
            Self::Cart => "I cannot read WhatsApp carts yet: please type the lines.",
            Self::Edit => {
                "You edited a message, and WhatsApp does not show me what it says now: please send it again."
            }
            Self::Revoke => "You deleted a message: please tell me in words what should change.",
            Self::Unsupported => "WhatsApp could not show me one of your messages: please type it.",
            Self::Text | Self::Press | Self::Reaction | Self::System => "",
        }
    }
}

text_enum! {
    MessageState {
        /// Stored, in no burst yet.
        Stored = "stored",
        InBurst = "in_burst",
        Press = "press",
        Status = "status",
        SetAside = "set_aside",
    }
}

text_enum! {
    BurstState { Open = "open", Closed = "closed", Read = "read" }
}

text_enum! {
    OutgoingState {
        Due = "due",
        /// Handed to the provider, the answer not yet known.
        Sending = "sending",
        Sent = "sent",
        /// A newer message came before it was sent.
        Dropped = "dropped",
        Failed = "failed",
    }
}

text_enum! {
    /// How a person is reached.
    IdentityKind { Phone = "phone", UserId = "user_id" }
}
