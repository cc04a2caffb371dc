//! What a locale says of numbers and dates, as an organisation would set it.

use crate::language::{DateOrder, Language, NumberFormat};

/// Spanish is written with a decimal point here, elsewhere with a comma.
const SPANISH_WITH_POINT: [&str; 9] = ["MX", "GT", "HN", "NI", "SV", "PA", "DO", "PE", "US"];
/// Arabic is written with a decimal comma here.
const ARABIC_WITH_COMMA: [&str; 5] = ["DZ", "MA", "TN", "LY", "MR"];
const MONTH_FIRST: [&str; 2] = ["US", "PH"];
/// Both orders are in use.
const EITHER_ORDER: [&str; 1] = ["CA"];

/// Format, order and usual language of `es-MX`; nothing where it does not say.
pub(super) fn settings(locale: Option<&str>) -> (NumberFormat, DateOrder, Option<Language>) {
    let Some((tag, language)) = locale.and_then(|tag| Some((tag, Language::parse(tag)?))) else {
        return (NumberFormat::Unset, DateOrder::Unset, None);
    };
    let region = tag.rsplit(['-', '_']).next().unwrap_or("");
    let has_region = region.len() == 2 && region.len() < tag.len();
    if !has_region {
        return (NumberFormat::Unset, DateOrder::Unset, Some(language));
    }
    let region = region.to_ascii_uppercase();
    let within = |list: &[&str]| list.contains(&region.as_str());
    let format = match language {
        Language::English | Language::Hindi => NumberFormat::Point,
        Language::Swahili if region == "CD" => NumberFormat::Comma,
        Language::Swahili => NumberFormat::Point,
        Language::Spanish if within(&SPANISH_WITH_POINT) => NumberFormat::Point,
        Language::Spanish | Language::Portuguese => NumberFormat::Comma,
        Language::French => NumberFormat::Space,
        Language::Arabic if within(&ARABIC_WITH_COMMA) => NumberFormat::Comma,
        Language::Arabic => NumberFormat::Point,
    };
    let order = if within(&MONTH_FIRST) {
        DateOrder::MonthFirst
    } else if within(&EITHER_ORDER) {
        DateOrder::Unset
    } else {
        DateOrder::DayFirst
    };
    (format, order, Some(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_says_what_its_region_writes() {
        for (tag, format, order) in [
            ("es-MX", NumberFormat::Point, DateOrder::DayFirst),
            ("es-CL", NumberFormat::Comma, DateOrder::DayFirst),
            ("fr-SN", NumberFormat::Space, DateOrder::DayFirst),
            ("en-US", NumberFormat::Point, DateOrder::MonthFirst),
            ("ar_MA", NumberFormat::Comma, DateOrder::DayFirst),
            ("es", NumberFormat::Unset, DateOrder::Unset),
            ("de-DE", NumberFormat::Unset, DateOrder::Unset),
        ] {
            let (got, dates, _) = settings(Some(tag));
            assert_eq!((got, dates), (format, order), "{tag}");
        }
        let nothing = (NumberFormat::Unset, DateOrder::Unset, None);
        assert_eq!(settings(None), nothing);
    }
}
