//! Bursts: messages until their sender falls silent, read together and answered once.

use crate::app::{ACHIENG, TestApp, assert_story, on_both};

on_both!(two_messages_become_one_requisition);

async fn two_messages_become_one_requisition(app: TestApp) {
    app.say(ACHIENG, "Hello, for site 12 please:");
    app.say(ACHIENG, "10 safety helmets");
    app.received().await;
    app.advance(std::time::Duration::from_secs(2));
    app.say(ACHIENG, "twenty pairs of gloves");
    app.quiet().await;
    assert_story!(app, "two_messages");
}
