//! The score of passwords that are made of what it looks for: keyboard walks, repeats, sequences, dates, and words with signs
//! for letters. `cargo +nightly fuzz run password_score`
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use fuzz::let_panics_unwind;
use libfuzzer_sys::fuzz_target;
use shared::domain::{EmailAddress, Name, PasswordContext, PasswordPolicy};

const MAX_CHARS: usize = 128;

/// Keys without and with shift.
const KEYBOARD: [(&str, &str); 4] = [
    ("`1234567890-=", "~!@#$%^&*()_+"),
    ("qwertyuiop[]\\", "QWERTYUIOP{}|"),
    ("asdfghjkl;'", "ASDFGHJKL:\""),
    ("zxcvbnm,./", "ZXCVBNM<>?"),
];

/// Words of the lists, and what signs may stand for their letters.
const WORDS: [&str; 10] =
    ["password", "trustno1", "dragon", "monkey", "sunshine", "princess", "letmein", "battle", "zeitgeist", "latchkey"];
const SIGNS: [(char, &str); 12] = [
    ('a', "4@"),
    ('b', "8"),
    ('c', "({[<"),
    ('e', "3"),
    ('g', "69"),
    ('i', "1!|"),
    ('l', "1|7"),
    ('o', "0"),
    ('s', "$5"),
    ('t', "+7"),
    ('x', "%"),
    ('z', "2"),
];

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    pieces: Vec<Piece<'a>>,
    times: u8,
    name: Option<Piece<'a>>,
    email: Option<Piece<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Piece<'a> {
    /// From this key on, each step to a neighbour, with shift or without.
    Walk {
        row: u8,
        column: u8,
        steps: Vec<Step>,
    },
    /// To and fro between two neighbours.
    ToAndFro {
        row: u8,
        column: u8,
        times: u8,
    },
    /// A word, whose letters are capitals or signs where a bit says so.
    Word {
        number: u8,
        capitals: u16,
        signs: u16,
        reversed: bool,
    },
    /// Characters that follow one another.
    Sequence {
        first: char,
        step: i8,
        length: u8,
    },
    Date {
        year: u16,
        month: u8,
        day: u8,
        separator: char,
    },
    /// Every sign in turn.
    Signs {
        from: u8,
        length: u8,
    },
    Repeated {
        text: &'a str,
        times: u8,
    },
    Text(&'a str),
}

#[derive(Arbitrary, Debug)]
struct Step {
    down: i8,
    right: i8,
    with_shift: bool,
}

fn key(row: usize, column: usize, with_shift: bool) -> char {
    let (plain, shifted) = KEYBOARD[row % KEYBOARD.len()];
    let keys = if with_shift { shifted } else { plain };
    keys.chars().nth(column % plain.chars().count()).unwrap_or('q')
}

impl Piece<'_> {
    fn text(&self) -> String {
        match self {
            Self::Walk { row, column, steps } => {
                let (mut row, mut column) = (usize::from(*row), usize::from(*column));
                let walked = steps.iter().take(MAX_CHARS).map(|step| {
                    row = row.wrapping_add_signed(isize::from(step.down % 2));
                    column = column.wrapping_add_signed(isize::from(step.right % 2));
                    key(row, column, step.with_shift)
                });
                walked.collect()
            }
            Self::ToAndFro { row, column, times } => {
                let (row, column) = (usize::from(*row), usize::from(*column));
                [key(row, column, false), key(row, column + 1, false)]
                    .iter()
                    .collect::<String>()
                    .repeat(usize::from(*times))
            }
            Self::Word { number, capitals, signs, reversed } => {
                let word = WORDS[usize::from(*number) % WORDS.len()];
                let letter = |(at, letter): (usize, char)| {
                    let signs_of_it = SIGNS.iter().find(|(of, _signs)| *of == letter).map(|(_of, signs)| signs);
                    match signs_of_it {
                        Some(of_it) if signs >> at & 1 == 1 => of_it.chars().nth(at % of_it.len()).unwrap_or(letter),
                        _ if capitals >> at & 1 == 1 => letter.to_ascii_uppercase(),
                        _ => letter,
                    }
                };
                let written = word.chars().enumerate().map(letter);
                let written: Vec<char> = written.collect();
                if *reversed { written.iter().rev().collect() } else { written.iter().collect() }
            }
            Self::Sequence { first, step, length } => {
                let at = |number: u8| u32::from(*first).wrapping_add_signed(i32::from(*step) * i32::from(number));
                (0..*length).filter_map(|number| char::from_u32(at(number))).collect()
            }
            Self::Date { year, month, day, separator } => {
                format!("{}{separator}{}{separator}{}", year % 2100, month % 14, day % 34)
            }
            Self::Signs { from, length } => {
                let all = SIGNS.iter().flat_map(|(_of, signs)| signs.chars()).cycle();
                all.skip(usize::from(*from)).take(usize::from(*length)).collect()
            }
            Self::Repeated { text, times } => text.repeat(usize::from(*times) % MAX_CHARS),
            Self::Text(text) => (*text).to_owned(),
        }
    }
}

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    // An input that begins with a quotation mark is the password itself.
    let written = input.strip_prefix(b"\"").and_then(|text| std::str::from_utf8(text).ok());
    let (typed, name, email) = match written {
        Some(text) => (text.to_owned(), None, None),
        None => {
            let Ok(input) = Input::arbitrary(&mut Unstructured::new(input)) else { return };
            let once: String = input.pieces.iter().take(MAX_CHARS).map(Piece::text).collect();
            let cut = |text: String| text.chars().take(MAX_CHARS).collect::<String>();
            let typed = cut(cut(once).repeat(1 + usize::from(input.times) % 32));
            (typed, input.name.map(|name| name.text()), input.email.map(|local| format!("{}@example.com", local.text())))
        }
    };
    let name = name.and_then(|name| Name::parse(&name).ok());
    let email = email.and_then(|email| EmailAddress::parse_new(&email).ok());
    let context = PasswordContext { name: name.as_ref(), email: email.as_ref() };
    let policy = PasswordPolicy::new(PasswordPolicy::LOWEST_MIN_CHARS).expect("a policy");
    let Ok(proposed) = policy.parse(&typed) else { return };
    if let Err(invalid) = proposed.score(context) {
        assert_eq!(invalid.code, "too_weak", "{invalid:?}");
        assert!(invalid.detail.is_ascii() && invalid.detail.ends_with('.'), "{invalid:?}");
    }
});
