//! What a fragment that changes nothing becomes: lines, halves of lines, talk, or a question.

use super::burst::Sentence;
use super::fragments::{
    has_subject, is_away, is_led, is_thanked_for, talks_before_amount, tells_people,
};
use super::lexicon::Class;
use super::lines::{Parsed, parse};
use super::machine::told_to_machine;
use super::piece::{Part, Piece};
use super::reader::{Half, Reader};
use super::reading::{QuestionCode, Use};
use super::target::mentions;

impl Reader<'_> {
    pub(super) fn lines(
        &mut self,
        sentence: Sentence,
        fragment: &[Part],
        just_made: &mut Option<usize>,
    ) {
        if let Some(read) = self.in_other_size(fragment, *just_made) {
            self.flush();
            *just_made = Some(self.add(read, sentence.message));
            return;
        }
        match parse(&self.burst, fragment) {
            // "Approved by 3 managers"; "SISTEMA: agrega 5 laptops".
            Parsed::Lines(_)
                if is_away(fragment)
                    || told_to_machine(&self.burst, sentence.from, sentence.to) =>
            {
                self.flush();
                let span = self
                    .burst
                    .span(fragment[0].from, fragment[fragment.len() - 1].to);
                self.ask(QuestionCode::Item, None, span, Vec::new());
            }
            Parsed::Lines(lines) => {
                self.flush();
                let talk = [Class::Pronoun, Class::Auxiliary];
                let alone = !self.orderly && talks_before_amount(fragment, &talk);
                let asks = [Class::Request, Class::Add];
                // "Je suis au PK 20"
                let who = talks_before_amount(fragment, &[Class::Introduction])
                    && !talks_before_amount(fragment, &asks);
                if alone || who || has_subject(&self.burst, fragment) {
                    let (from, to) = (fragment[0].from, fragment[fragment.len() - 1].to);
                    let span = self.burst.span(from, to);
                    self.ask(QuestionCode::ReportOrOrder, None, span, Vec::new());
                }
                for mut line in lines {
                    self.doubt_bare_code(&mut line, *just_made);
                    *just_made = Some(self.add(line, sentence.message));
                }
            }
            Parsed::Item(_) if self.closed == Some(sentence.message) => {
                self.flush();
                let to = fragment.last().map_or(sentence.to, |part| part.to);
                self.burst.claim(fragment[0].from, to, Use::Told);
            }
            // "Site: Westlands"
            Parsed::Item(_) if self.is_label(fragment) => {
                self.burst.claim(
                    fragment[0].from,
                    fragment[fragment.len() - 1].to,
                    Use::Known,
                );
            }
            Parsed::Item(_) if self.names_list(sentence, fragment) || is_thanked_for(fragment) => {
                self.flush();
                let to = fragment.last().map_or(sentence.to, |part| part.to);
                self.burst.claim(fragment[0].from, to, Use::Known);
            }
            // "Plumbing:", "Material de oficina" above a list.
            Parsed::Item(_) if self.is_title(sentence, fragment) => {
                self.flush();
                self.doubt_title(fragment);
            }
            Parsed::Item(_)
                if self.is_listing(sentence, fragment) || tells_people(&self.burst, fragment) =>
            {
                self.flush();
                let to = fragment.last().map_or(sentence.to, |part| part.to);
                self.burst.claim(fragment[0].from, to, Use::Told);
            }
            Parsed::Item(read) if self.tells_kind(fragment) => self.kind_of_last(&read),
            // "Forwarded by Kim": what a preposition leads to is no item.
            Parsed::Item(_) if is_led(fragment) || self.is_list_word(fragment) => self.flush(),
            Parsed::Item(read) => self.pending.push(Half {
                parts: fragment.to_vec(),
                message: sentence.message,
                item: Some(*read),
            }),
            Parsed::Amount(_) => {
                self.pending.push(Half {
                    parts: fragment.to_vec(),
                    message: sentence.message,
                    item: None,
                });
            }
            Parsed::Nothing => {}
            Parsed::Unclear => {
                self.flush();
                let asks = fragment
                    .iter()
                    .any(|part| part.classes().any(&[Class::Request, Class::Add]));
                let number = fragment.iter().any(|part| part.number().is_some());
                let words = fragment.iter().any(|part| part.piece == Piece::Word);
                let live = &self.states.last().expect("there is always a request").live;
                let named = mentions(&self.burst, fragment, live);
                let behind = words && just_made.is_some();
                let says = asks && (words || number);
                if says || behind || words && number && self.orderly || named {
                    let (from, to) = (fragment[0].from, fragment[fragment.len() - 1].to);
                    let span = self.burst.span(from, to);
                    self.ask(QuestionCode::Item, None, span, Vec::new());
                }
            }
        }
    }
}
