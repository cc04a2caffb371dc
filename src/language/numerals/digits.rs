//! Numbers in digits: groups, decimals, fractions, powers, "10k".

use super::super::normalise::Glyph;
use super::lex::Form;
use super::words::Mark;

/// Letters behind a number that multiply it.
const LETTERS: [(&str, f64); 12] = [
    ("k", 1e3),
    ("K", 1e3),
    ("MM", 1e6),
    ("M", 1e6),
    ("G", 1e9),
    ("b", 1e9),
    ("B", 1e9),
    ("bln", 1e9),
    ("mln", 1e6),
    ("T", 1e12),
    ("tln", 1e12),
    ("trn", 1e12),
];

struct Scan<'a> {
    glyphs: &'a [Glyph],
    mark: Mark,
}

/// The number in digits that starts here: its value, its form and its length in glyphs.
pub(super) fn digits(glyphs: &[Glyph], at: usize, mark: Mark) -> Option<(f64, Form, usize)> {
    let scan = Scan { glyphs, mark };
    let starts = scan.is_digit(at)
        || matches!(scan.ch(at), '.' | ',') && scan.is_digit(at + 1) && !scan.is_word(at, -1);
    if !starts || scan.is_word(at, -1) {
        return None;
    }
    if let Some((value, to)) = scan.fraction(at) {
        return Some((value, Form::Closed, to - at));
    }
    let (value, to, form) = scan.literal(at);
    // "4,.00": the mark belongs to no number.
    if to == at {
        return None;
    }
    if form == Form::Whole
        && let gap @ 1.. = scan.spaces(to)
        && let Some((part, end)) = scan.fraction(to + gap)
        && part < 1.0
    {
        return Some((value + part, Form::Closed, end - at));
    }
    if let Some((raised, end)) = scan.power(value, to) {
        return Some((raised, Form::Closed, end - at));
    }
    if let Some((times, end)) = scan.letter(to) {
        return Some((value * times, Form::Closed, end - at));
    }
    // "M12", "3rd" are no numbers, "45{" and "192." are.
    Some((value, form, to - at))
}

impl Scan<'_> {
    fn ch(&self, at: usize) -> char {
        self.glyphs.get(at).map_or('\0', |glyph| glyph.ch)
    }

    fn is_digit(&self, at: usize) -> bool {
        self.ch(at).is_ascii_digit()
    }

    /// A letter or a digit stands beside.
    fn is_word(&self, at: usize, step: isize) -> bool {
        at.checked_add_signed(step)
            .is_some_and(|at| self.ch(at).is_alphanumeric())
    }

    fn spaces(&self, at: usize) -> usize {
        let rest = self.glyphs.get(at..).unwrap_or(&[]);
        rest.iter()
            .take_while(|glyph| glyph.ch.is_whitespace() && glyph.ch != '\n')
            .count()
    }

    fn run(&self, at: usize) -> (String, usize) {
        let rest = self.glyphs.get(at..).unwrap_or(&[]);
        let run: String = rest
            .iter()
            .map(|glyph| glyph.ch)
            .take_while(char::is_ascii_digit)
            .collect();
        let to = at + run.len();
        (run, to)
    }

    /// Digits with their groups and decimals.
    fn literal(&self, at: usize) -> (f64, usize, Form) {
        let (decimal, group) = match self.mark {
            Mark::Point => ('.', ','),
            Mark::Comma => (',', '.'),
        };
        let (whole, mut to) = self.run(at);
        let mut text = whole.clone();
        let groups = (1..=3).contains(&whole.len());
        for mark in [group, ' ', '\''] {
            let (mut grouped, mut end) = (whole.clone(), to);
            while groups && self.is_group(end, mark, group) {
                let (run, next) = self.run(end + 1);
                grouped.push_str(&run);
                end = next;
            }
            if end > to {
                (text, to) = (grouped, end);
                break;
            }
        }
        let mut form = Form::Whole;
        let one_group = text == whole;
        let marked = self.is_digit(to + 1)
            && (self.ch(to) == decimal
                || one_group && self.ch(to) == group && self.is_lone_mark(at, to));
        if marked {
            let (run, next) = self.run(to + 1);
            text = format!("{text}.{run}");
            to = next;
            form = Form::Decimal;
        }
        if text.starts_with('.') {
            text.insert(0, '0');
        }
        (text.parse().unwrap_or(0.0), to, form)
    }

    /// A mark and exactly three digits; Indian groups of two count too.
    fn is_group(&self, at: usize, mark: char, group: char) -> bool {
        let space = mark == ' ' && self.ch(at).is_whitespace() && self.ch(at) != '\n';
        if !space && self.ch(at) != mark {
            return false;
        }
        let (run, to) = self.run(at + 1);
        let goes_on = self.ch(to) == mark && self.is_digit(to + 1);
        let indian = mark == group && run.len() == 2 && goes_on && self.ends_in_three(to, mark);
        let three = run.len() == 3 && !(space && self.is_word(to, 0));
        three && (mark != group || !goes_on || self.ends_in_three(to, mark)) || indian
    }

    /// All groups from here on are of two or three digits, the last of three.
    fn ends_in_three(&self, mut at: usize, mark: char) -> bool {
        loop {
            let (run, to) = self.run(at + 1);
            if self.ch(to) == mark && self.is_digit(to + 1) && (2..=3).contains(&run.len()) {
                at = to;
                continue;
            }
            return run.len() == 3;
        }
    }

    /// The other mark stands once: "1,3" where a comma groups.
    fn is_lone_mark(&self, at: usize, mark: usize) -> bool {
        let (_, to) = self.run(mark + 1);
        let again = matches!(self.ch(to), '.' | ',') && self.is_digit(to + 1);
        let before =
            at > 0 && matches!(self.ch(at - 1), '.' | ',') && at > 1 && self.is_digit(at - 2);
        !again && !before
    }

    /// "3/4", where neither side goes on.
    fn fraction(&self, at: usize) -> Option<(f64, usize)> {
        let (top, bar) = self.run(at);
        let before = at.checked_sub(1).map_or(' ', |before| self.ch(before));
        if top.is_empty() || self.ch(bar) != '/' || matches!(before, '/' | '-') && self.is_bound(at)
        {
            return None;
        }
        let (bottom, to) = self.run(bar + 1);
        if bottom.is_empty() || matches!(self.ch(to), '/') {
            return None;
        }
        let (top, bottom): (f64, f64) = (top.parse().ok()?, bottom.parse().ok()?);
        (bottom > 0.0).then_some((top / bottom, to))
    }

    /// A digit stands before the mark before.
    fn is_bound(&self, at: usize) -> bool {
        at > 1 && self.is_digit(at - 2)
    }

    /// "^23", "e+14", "x10^6" behind a number.
    fn power(&self, value: f64, at: usize) -> Option<(f64, usize)> {
        let ten = matches!(self.ch(at), 'x' | '*')
            && self.ch(at + 1) == '1'
            && self.ch(at + 2) == '0'
            && self.ch(at + 3) == '^';
        let sign = match self.ch(at) {
            '^' | 'e' | 'E' => at + 1,
            _ if ten => at + 4,
            _ => return None,
        };
        let signs = [sign, sign + 1]
            .into_iter()
            .take_while(|at| matches!(self.ch(*at), '+' | '-'));
        let signs: Vec<char> = signs.map(|at| self.ch(at)).collect();
        let minus = signs.iter().filter(|ch| **ch == '-').count() == 1;
        let (run, to) = self.run(sign + signs.len());
        if run.is_empty() || run.len() > 3 || self.is_word(to, 0) {
            return None;
        }
        let exponent: i32 = run.parse().ok()?;
        let exponent = if minus { -exponent } else { exponent };
        let raised = if self.ch(at) == '^' {
            value.powi(exponent)
        } else {
            value * 10_f64.powi(exponent)
        };
        raised.is_finite().then_some((raised, to))
    }

    /// "k", "M", "bln", on the number or one space behind it.
    fn letter(&self, at: usize) -> Option<(f64, usize)> {
        let from = at + self.spaces(at);
        let rest = self.glyphs.get(from..).unwrap_or(&[]);
        let word: String = rest
            .iter()
            .map(|glyph| glyph.ch)
            .take_while(|ch| ch.is_alphanumeric())
            .collect();
        let found = LETTERS.iter().find(|(letters, _)| *letters == word);
        found.map(|(letters, times)| (*times, from + letters.len()))
    }
}
