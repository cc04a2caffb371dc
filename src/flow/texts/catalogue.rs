//! The catalogue of messages: seven languages in Fluent, embedded, read once.
//!
//! **Invariant:** a message that a language lacks, or whose gaps cannot be filled, is sent in English.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::language::Language;

type Bundle = FluentBundle<FluentResource>;

/// The file of a language.
pub(super) fn file(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("messages/en.ftl"),
        Language::Spanish => include_str!("messages/es.ftl"),
        Language::Portuguese => include_str!("messages/pt.ftl"),
        Language::French => include_str!("messages/fr.ftl"),
        Language::Hindi => include_str!("messages/hi.ftl"),
        Language::Swahili => include_str!("messages/sw.ftl"),
        Language::Arabic => include_str!("messages/ar.ftl"),
    }
}

/// A message in a language, else in English; none if English has none of that name either.
pub(super) fn message(language: Language, id: &str, gaps: &FluentArgs<'_>) -> Option<String> {
    let own = filled(bundle(language), id, gaps);
    own.or_else(|| filled(bundle(Language::English), id, gaps))
}

pub(super) fn bundle(language: Language) -> &'static Bundle {
    static ALL: OnceLock<Vec<Bundle>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let read = Language::ALL.into_iter().map(read);
        read.collect::<Result<_, _>>()
            .expect("the shipped messages are well formed")
    });
    &all[language as usize]
}

fn read(language: Language) -> Result<Bundle, String> {
    let resource = FluentResource::try_new(file(language).to_owned())
        .map_err(|(_, errors)| format!("{}.ftl: {errors:?}", language.code()))?;
    let tag = language
        .code()
        .parse()
        .map_err(|error| format!("{}: {error}", language.code()))?;
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // A name in Latin letters would turn the words around it in a line from right to left.
    bundle.set_use_isolating(language == Language::Arabic);
    bundle
        .add_resource(resource)
        .map_err(|errors| format!("{}.ftl: {errors:?}", language.code()))?;
    Ok(bundle)
}

pub(super) fn filled(bundle: &Bundle, id: &str, gaps: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(gaps), &mut errors);
    errors.is_empty().then(|| text.into_owned())
}
