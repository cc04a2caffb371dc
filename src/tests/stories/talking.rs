//! Talking: every kind of turn, each in several languages; what was asked is answered or handed on.

use crate::app::{ACHIENG, BARAKA, TestApp, assert_story, on_both};

on_both!(
    every_kind_of_turn_in_english,
    every_kind_of_turn_in_spanish,
    every_kind_of_turn_in_swahili,
    every_kind_of_turn_in_arabic,
    numbered_answers_go_to_their_questions_and_the_rest_is_asked_once_more,
    what_stays_open_after_two_askings_goes_to_a_buyer_in_any_language,
    a_site_that_was_asked_for_is_never_taken_for_home,
    a_yes_counts_only_under_the_read_back_that_it_quotes,
    what_was_forwarded_is_marked_in_the_read_back,
    what_is_held_after_confirm_must_be_confirmed_again,
    with_two_drafts_cancel_asks_which,
    a_report_and_what_may_be_one_order_nothing_unasked,
    the_language_set_by_the_office_goes_before_the_one_written_in,
);

/// What somebody says in the course of a day, in their language.
struct Turns {
    hello: &'static str,
    enquiry: &'static str,
    amount: &'static str,
    status: &'static str,
    again: &'static str,
    hold: &'static str,
    cancel: &'static str,
    thanks: &'static str,
    person: &'static str,
}

impl TestApp {
    async fn speaks(&self, code: &str) {
        let sql = format!("update person set language = '{code}' where code = 'achieng'");
        self.raw.execute(&sql).await;
    }

    /// `who` presses the n-th button or row of the newest message that has any.
    fn press_nth(&self, who: &str, n: usize) {
        let inbox = self.demo.graph.inbox(who);
        let newest = inbox.iter().rev().find(|got| !got.titles().is_empty());
        let newest = newest.unwrap();
        let title = newest.titles()[n].to_owned();
        let wamid = newest.wamid.clone();
        self.demo.graph.press_on(who, &wamid, &title).unwrap();
    }

    async fn turn(&self, text: &str) {
        self.say(ACHIENG, text);
        self.quiet().await;
    }

    /// Takes the n-th button or row that was offered last.
    async fn choose(&self, n: usize) {
        self.press_nth(ACHIENG, n);
        self.quiet().await;
    }

    /// A day of talk: an enquiry becomes an order, which is asked for again, held and cancelled.
    async fn a_day(&self, turns: &Turns) {
        self.set(|settings| settings.auto_approve_limit = 1_000_000_000)
            .await;
        self.turn(turns.hello).await;
        self.turn(turns.enquiry).await;
        self.choose(0).await;
        self.turn(turns.amount).await;
        self.press_nth(ACHIENG, 0);
        self.drain().await;
        self.turn(turns.status).await;
        self.turn(turns.again).await;
        self.choose(0).await;
        // The same item for the same site is asked about: it is additional.
        self.choose(0).await;
        self.turn(turns.hold).await;
        self.choose(0).await;
        self.turn(turns.cancel).await;
        self.turn(turns.thanks).await;
        let told = self.told(ACHIENG).len();
        assert!(told > 10, "{told}");
        self.turn(turns.thanks).await;
        assert_eq!(self.told(ACHIENG), Vec::<String>::new(), "thanked twice");
        self.turn(turns.person).await;
        assert_eq!(self.ledger().len(), 1);
    }
}

async fn every_kind_of_turn_in_english(app: TestApp) {
    app.a_day(&Turns {
        hello: "hello",
        enquiry: "how much is cement?",
        amount: "20",
        status: "where is my order",
        again: "same as last week",
        hold: "hold it please",
        cancel: "cancel",
        thanks: "thanks",
        person: "can I talk to someone",
    })
    .await;
    assert_story!(app, "turns_in_english");
}

async fn every_kind_of_turn_in_spanish(app: TestApp) {
    app.speaks("es").await;
    app.a_day(&Turns {
        hello: "hola",
        enquiry: "¿cuánto cuesta el cement?",
        amount: "20",
        status: "dónde está mi pedido",
        again: "lo mismo que la semana pasada",
        hold: "déjalo en espera",
        cancel: "cancelar",
        thanks: "gracias",
        person: "quiero hablar con una persona",
    })
    .await;
    assert_story!(app, "turns_in_spanish");
}

async fn every_kind_of_turn_in_swahili(app: TestApp) {
    app.speaks("sw").await;
    app.a_day(&Turns {
        hello: "hello",
        enquiry: "bei ya cement ni ngapi",
        amount: "20",
        status: "oda yangu iko wapi",
        again: "kama wiki iliyopita",
        hold: "subiri kwanza",
        cancel: "ghairi",
        thanks: "asante",
        person: "nataka kuongea na mtu",
    })
    .await;
    assert_story!(app, "turns_in_swahili");
}

async fn every_kind_of_turn_in_arabic(app: TestApp) {
    // Nobody set a language: it is the one that is written.
    app.a_day(&Turns {
        hello: "مرحبا",
        enquiry: "كم سعر cement",
        amount: "٢٠",
        status: "أين طلبي",
        again: "نفس طلب الأسبوع الماضي",
        hold: "انتظر",
        cancel: "إلغاء",
        thanks: "شكرا",
        person: "أريد التحدث مع شخص",
    })
    .await;
    assert_story!(app, "turns_in_arabic");
}

async fn numbered_answers_go_to_their_questions_and_the_rest_is_asked_once_more(app: TestApp) {
    app.turn("10 rolls cable, 5 flying carpets and shovels to Site 4")
        .await;
    app.turn("1 b, 3 12").await;
    app.choose(0).await;
    assert_story!(app, "numbered_answers");
}

async fn what_stays_open_after_two_askings_goes_to_a_buyer_in_any_language(app: TestApp) {
    for (code, has_it, cancel) in [
        ("en", "Esther Wanjiru has it now", "cancel"),
        ("pt", "agora ela está com Esther Wanjiru", "cancelar"),
        ("fr", "Esther Wanjiru s'en occupe maintenant", "annuler"),
        ("hi", "अब यह Esther Wanjiru के पास है", "cancel"),
    ] {
        app.speaks(code).await;
        app.turn("5 flying carpets").await;
        app.turn("zzz").await;
        app.turn("yyy").await;
        let told = app.told(ACHIENG);
        assert_eq!(told.len(), 3, "{told:#?}");
        assert!(told[0].contains("flying carpets") && told[1].contains("zzz"));
        assert!(told[2].contains(has_it), "{told:#?}");
        let open = "select count(*) from card where kind = 'questions' and state = 'open'";
        assert_eq!(app.raw.count(open).await, 1);
        app.turn(cancel).await;
        app.told(ACHIENG);
        assert_eq!(app.raw.count(open).await, 0);
    }
}

async fn a_site_that_was_asked_for_is_never_taken_for_home(app: TestApp) {
    for (code, text, asks) in [
        ("en", "10 bags cement to Nakuru", "Which site is"),
        (
            "es",
            "10 bolsas de cement para la obra Nakuru",
            "¿Qué sitio es",
        ),
        (
            "fr",
            "10 sacs de cement pour le chantier Nakuru",
            "Quel site est",
        ),
    ] {
        app.speaks(code).await;
        app.turn(text).await;
        let told = app.told_once(ACHIENG);
        let place = "select count(*) from requisition where site_id is not null";
        assert!(told.contains(asks), "{told}");
        assert_eq!(app.raw.count(place).await, 0, "{told}");
        app.turn("2 wheelbarrows").await;
        app.told(ACHIENG);
        assert_eq!(app.raw.count(place).await, 0);
        app.choose(1).await;
        let told = app.told_once(ACHIENG);
        assert!(
            told.contains("Site 7") && told.contains("Wheelbarrow"),
            "{told}"
        );
        app.raw
            .execute("update requisition set state = 'cancelled', site_id = null, due_at = null")
            .await;
    }
}

async fn a_yes_counts_only_under_the_read_back_that_it_quotes(app: TestApp) {
    for (code, yes) in [("en", "yes"), ("fr", "oui"), ("hi", "हाँ")] {
        app.speaks(code).await;
        app.turn("20 gumboots").await;
        let first = app.demo.graph.inbox(ACHIENG).pop().unwrap().wamid;
        let state = "select state from requisition order by number desc limit 1";
        app.turn(yes).await;
        assert_eq!(app.raw.one(state).await, "to_confirm", "a bare {yes}");
        app.turn("*15").await;
        let second = app.demo.graph.inbox(ACHIENG).pop().unwrap().wamid;
        app.demo.graph.reply(ACHIENG, &first, yes).unwrap();
        app.quiet().await;
        assert_eq!(
            app.raw.one(state).await,
            "to_confirm",
            "{yes} to the old one"
        );
        app.demo.graph.reply(ACHIENG, &second, yes).unwrap();
        app.quiet().await;
        assert_eq!(
            app.raw.one(state).await,
            "to_approve",
            "{yes} to the newest"
        );
        app.press(BARAKA, "Reject");
        app.quiet().await;
    }
}

async fn what_was_forwarded_is_marked_in_the_read_back(app: TestApp) {
    for (code, mark) in [
        ("en", "Wheelbarrow (“wheelbarrows”) (forwarded)"),
        ("es", "(reenviado)"),
        ("pt", "(encaminhado)"),
        ("ar", "(معاد توجيهه)"),
    ] {
        app.speaks(code).await;
        app.say(ACHIENG, "another order: 10 bags cement to Site 4");
        app.demo.graph.forward(ACHIENG, "3 wheelbarrows").unwrap();
        app.quiet().await;
        let told = app.told_once(ACHIENG);
        let lines: Vec<&str> = told.lines().filter(|l| l.contains(mark)).collect();
        assert_eq!(lines.len(), 1, "{told}");
        assert!(lines[0].contains("Wheelbarrow"), "{told}");
    }
}

async fn what_is_held_after_confirm_must_be_confirmed_again(app: TestApp) {
    app.confirmed(ACHIENG, "20 bags cement to Site 4").await;
    app.turn("hold it please").await;
    app.press(BARAKA, "Approve");
    app.quiet().await;
    let orders = "select count(*) from purchase_order where state not in ('cancelled')";
    assert_eq!(app.raw.count(orders).await, 0);
    app.press(ACHIENG, "Continue");
    app.quiet().await;
    app.press(ACHIENG, "Confirm");
    app.quiet().await;
    assert_story!(app, "held_after_confirm");
}

async fn with_two_drafts_cancel_asks_which(app: TestApp) {
    app.turn("20 bags cement to Site 4").await;
    app.turn("another order: 4 wheelbarrows to Site 7").await;
    app.turn("cancel").await;
    app.choose(1).await;
    assert_story!(app, "cancel_which");
}

async fn a_report_and_what_may_be_one_order_nothing_unasked(app: TestApp) {
    for (code, text, answer) in [
        ("en", "stock count: cement 45 bags", "read that as a report"),
        ("es", "stock count: cement 45 bags", "como un informe"),
        ("fr", "stock count: cement 45 bags", "comme une information"),
    ] {
        app.speaks(code).await;
        app.turn(text).await;
        let told = app.told_once(ACHIENG);
        assert!(told.contains(answer), "{told}");
    }
    assert_eq!(app.raw.count("select count(*) from requisition").await, 0);
}

async fn the_language_set_by_the_office_goes_before_the_one_written_in(app: TestApp) {
    app.turn("dónde está mi pedido").await;
    assert_eq!(app.told_once(ACHIENG), "Todavía no tiene solicitudes.");
    // What says little in any language is answered in the last one.
    app.turn("👍").await;
    assert!(app.told_once(ACHIENG).contains("No encontré nada"));
    app.speaks("sw").await;
    app.turn("dónde está mi pedido").await;
    assert_eq!(app.told_once(ACHIENG), "Bado huna maombi.");
    app.raw
        .execute("update person set language = null where code = 'achieng'")
        .await;
    app.turn("I need 20 shovels at Site 4 tomorrow, thanks")
        .await;
    assert!(app.told_once(ACHIENG).starts_with("Request 1, to Site 4"));
}
