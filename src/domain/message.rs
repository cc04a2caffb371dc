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
