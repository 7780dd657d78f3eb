//! Where everything stands. Points from the upper left corner of A4; text is placed by its baseline.

mod table;

use super::{
    Placed,
    fonts::{Shaped, Weight, typeface},
    words::Words,
};
use domain::billing::{Document, DocumentKind, Party, TariffCategory};
use platform::{Money, i18n::Language};
use std::{collections::HashMap, rc::Rc};

pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
const LEFT: f32 = 44.0;
const RIGHT: f32 = PAGE.0 - 44.0;
const TOP: f32 = 46.0;
/// Below this line stand the page's total and the foot.
const BOTTOM: f32 = PAGE.1 - 80.0;
const FOOT: f32 = PAGE.1 - 40.0;
/// Place and most extent of the logo.
pub(super) const LOGO: (f32, f32, f32, f32) = (LEFT, TOP - 8.0, 114.0, 40.0);

const BODY: f32 = 9.0;
const LEADING: f32 = 12.5;
/// What stands at the head's right begins here, and what stands at its left ends before.
const MIDDLE: f32 = LEFT + 270.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Quiet,
    Accent,
    Line,
    Wash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Right,
}

pub(super) struct Text {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    pub(super) anchor: Anchor,
    pub(super) shaped: Rc<Shaped>,
}

pub(super) enum Mark {
    Text(Text),
    /// x, y, width, height.
    Box {
        area: (f32, f32, f32, f32),
        ink: Ink,
    },
}

impl Mark {
    /// Where a text begins; `None` for what is none.
    pub(super) fn placed(&self) -> Option<Placed> {
        let Mark::Text(text) = self else {
            return None;
        };
        let x = match text.anchor {
            Anchor::Left => text.x,
            Anchor::Right => text.x - text.shaped.width * text.size,
        };
        Some(Placed {
            x,
            y: text.y,
            size: text.size,
            semibold: text.weight == Weight::Semibold,
            text: text.shaped.text.clone(),
        })
    }
}

#[derive(Default)]
pub(super) struct Sheet {
    pub(super) marks: Vec<Mark>,
    /// What the lines on it come to.
    pub(super) total: Money0,
}

/// A sum that begins at nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Money0(pub(super) Money);

impl Default for Money0 {
    fn default() -> Self {
        Money0(Money::ZERO)
    }
}

pub(super) fn sheets(document: &Document, language: Language, has_logo: bool) -> Vec<Sheet> {
    let mut setter = Setter {
        words: Words { language },
        document,
        sums: sums(document),
        sheets: vec![Sheet::default()],
        y: TOP,
        known: HashMap::new(),
    };
    setter.head(has_logo);
    setter.summary();
    setter.lines();
    setter.finish();
    setter.sheets
}

/// An invoice on which more is handed back than charged is not to be paid.
fn is_owed(document: &Document) -> bool {
    document.kind == DocumentKind::Invoice && document.totals.gross.amount >= 0
}

/// What each group comes to.
fn sums(document: &Document) -> Vec<Money> {
    let mut sums = vec![Money::ZERO; document.groups.len()];
    for line in &document.lines {
        if let Some(sum) = sums.get_mut(line.group) {
            *sum = sum.plus(line.amount);
        }
    }
    sums
}

struct Setter<'a> {
    words: Words,
    document: &'a Document,
    /// By group.
    sums: Vec<Money>,
    sheets: Vec<Sheet>,
    /// Where the next thing begins.
    y: f32,
    /// Most of what stands in a table stands there more than once: each text is shaped the first time.
    known: HashMap<(Weight, String), Rc<Shaped>>,
}

/// Size, weight, colour, and which of its ends stands at its place.
type Style = (f32, Weight, Ink, Anchor);

impl Setter<'_> {
    fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.sheets.push(Sheet::default());
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    fn shape(&mut self, weight: Weight, text: &str) -> Rc<Shaped> {
        // A look-up by the borrowed text would need a type of its own; an owned one is what shaping would make anyway.
        let key = (weight, text.to_owned());
        let shape = || Rc::new(typeface(weight).shape(text));
        self.known.entry(key).or_insert_with(shape).clone()
    }

    fn put(&mut self, x: f32, y: f32, style: Style, text: &str) {
        let shaped = self.shape(style.1, text);
        self.put_shaped(x, y, style, shaped);
    }

    fn put_shaped(&mut self, x: f32, y: f32, style: Style, shaped: Rc<Shaped>) {
        let (size, weight, ink, anchor) = style;
        self.sheet().marks.push(Mark::Text(Text {
            x,
            y,
            size,
            weight,
            ink,
            anchor,
            shaped,
        }));
    }

    /// The text in lines no wider than this; a word that is wider by itself is cut.
    fn broken(&mut self, text: &str, size: f32, weight: Weight, width: f32) -> Vec<Rc<Shaped>> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        let whole = self.shape(weight, text);
        if whole.width * size <= width {
            return vec![whole];
        }
        let typeface = typeface(weight);
        let wide = |text: &str| typeface.shape(text).width * size;
        let mut lines: Vec<String> = Vec::new();
        let mut last = String::new();
        // What belongs together is held together.
        let parts = |char: char| char.is_whitespace() && char != '\u{a0}';
        for word in text.split(parts).filter(|word| !word.is_empty()) {
            let together = match last.is_empty() {
                true => word.to_owned(),
                false => format!("{last} {word}"),
            };
            if wide(&together) <= width {
                last = together;
                continue;
            }
            if !last.is_empty() {
                lines.push(std::mem::take(&mut last));
            }
            for char in word.chars() {
                last.push(char);
                if wide(&last) > width && last.chars().nth(1).is_some() {
                    last.pop();
                    lines.push(std::mem::replace(&mut last, char.to_string()));
                }
            }
        }
        lines.push(last);
        let shaped = lines.iter().map(|line| Rc::new(typeface.shape(line)));
        shaped.collect()
    }

    /// A text in as many lines as it needs, from the place where the first one stands; answers where the next would.
    fn paragraph(&mut self, x: f32, y: f32, style: Style, width: f32, text: &str) -> f32 {
        let (size, weight, ..) = style;
        let mut y = y;
        for line in self.broken(text, size, weight, width) {
            self.put_shaped(x, y, style, line);
            y += size + 3.5;
        }
        y
    }

    fn left(&mut self, x: f32, y: f32, text: &str) {
        self.put(x, y, (BODY, Weight::Regular, Ink::Text, Anchor::Left), text);
    }

    fn quiet(&mut self, x: f32, y: f32, text: &str) {
        self.put(
            x,
            y,
            (BODY, Weight::Regular, Ink::Quiet, Anchor::Left),
            text,
        );
    }

    fn right(&mut self, x: f32, y: f32, weight: Weight, text: &str) {
        self.put(x, y, (BODY, weight, Ink::Text, Anchor::Right), text);
    }

    fn rule(&mut self, y: f32) {
        self.line(y, 0.6);
    }

    fn line(&mut self, y: f32, width: f32) {
        let area = (LEFT, y, RIGHT - LEFT, width);
        self.sheet().marks.push(Mark::Box {
            area,
            ink: Ink::Line,
        });
    }

    fn title(&self) -> String {
        self.words.say(match self.document.kind {
            DocumentKind::Invoice => "invoice.invoice",
            DocumentKind::CreditNote => "invoice.creditNote",
        })
    }

    fn head(&mut self, has_logo: bool) {
        let document = self.document;
        if !has_logo {
            let style = (16.0, Weight::Semibold, Ink::Accent, Anchor::Left);
            self.put(LEFT, TOP + 12.0, style, &document.seller.name);
        }
        let style = (20.0, Weight::Semibold, Ink::Text, Anchor::Right);
        let title = self.title();
        self.put(RIGHT, TOP + 12.0, style, &title);

        let top = TOP + 60.0;
        let style = (BODY + 1.0, Weight::Semibold, Ink::Text, Anchor::Left);
        let width = MIDDLE - LEFT - 24.0;
        let mut y = self.paragraph(LEFT, top, style, width, &document.buyer.name);
        let style = (BODY, Weight::Regular, Ink::Text, Anchor::Left);
        for text in self.address(&document.buyer) {
            y = self.paragraph(LEFT, y, style, width, &text);
        }

        let mut facts = vec![
            ("number", document.number.clone()),
            ("issued", self.words.date(document.issued)),
        ];
        if is_owed(document) {
            facts.push(("due", self.words.date(document.due)));
        }
        if let Some((number, issued)) = &document.corrects {
            let date = self.words.date(*issued);
            let said = [("number", number.as_str()), ("date", date.as_str())];
            facts.push(("corrects", self.words.fill("invoice.ofDate", &said)));
        }
        facts.push(("period", self.words.month(document.period)));
        facts.push(("yourReference", document.buyer_reference.clone()));
        if let Some(order) = &document.order_reference {
            facts.push(("orderReference", order.clone()));
        }
        let style = (BODY, Weight::Regular, Ink::Text, Anchor::Right);
        let width = RIGHT - MIDDLE - 84.0;
        let mut fact_y = top;
        for (name, value) in facts {
            let label = self.words.say(&format!("invoice.{name}"));
            self.quiet(MIDDLE, fact_y, &label);
            fact_y = self.paragraph(RIGHT, fact_y, style, width, &value) + 1.0;
        }
        self.y = y.max(fact_y) + 8.0;
    }

    fn address(&self, party: &Party) -> Vec<String> {
        let mut lines = vec![
            party.street.clone(),
            format!("{} {}", party.postal_code, party.city),
        ];
        // What is not known takes no line.
        lines.retain(|line| !line.trim().is_empty());
        if !party.cvr.is_empty() {
            lines.push(self.words.fill("invoice.cvr", &[("cvr", &party.cvr)]));
        }
        if let Some(gln) = &party.gln {
            lines.push(self.words.fill("invoice.gln", &[("gln", gln)]));
        }
        lines
    }

    /// What the invoice consists of, what it comes to, and how it is paid.
    fn summary(&mut self) {
        let document = self.document;
        let top = self.y;
        let totals = &document.totals;
        let categories: Vec<(TariffCategory, Money)> = TariffCategory::ALL
            .iter()
            .filter_map(|category| {
                let of_it = || {
                    document
                        .lines
                        .iter()
                        .filter(|line| line.category == *category)
                };
                of_it().next()?;
                Some((*category, of_it().map(|line| line.amount).sum()))
            })
            .collect();
        let owed = is_owed(document);
        // Net, VAT, gross, and how it is paid.
        let payment = if owed { 2 } else { 0 };
        let rows = (1 + categories.len()).max(2 + totals.vat.len() + payment);
        #[expect(clippy::as_conversions, reason = "a handful of rows")]
        let height = rows as f32 * (LEADING + 1.5) + 18.0;
        let area = (LEFT, top, RIGHT - LEFT, height);
        self.sheet().marks.push(Mark::Box {
            area,
            ink: Ink::Wash,
        });

        let step = LEADING + 1.5;
        let (x, middle) = (LEFT + 12.0, LEFT + 214.0);
        let mut y = top + 18.0;
        let heading = (BODY, Weight::Semibold, Ink::Text, Anchor::Left);
        let title = self.words.say("invoice.summary");
        self.put(x, y, heading, &title);
        for (category, sum) in categories {
            y += step;
            let name = self.words.say(&format!("category.{}", category.as_str()));
            self.left(x, y, &name);
            let sum = self.words.amount(sum);
            self.right(middle - 18.0, y, Weight::Regular, &sum);
        }

        let mut y = top + 18.0;
        let edge = RIGHT - 12.0;
        let label = self.words.say("invoice.net");
        self.left(middle, y, &label);
        let net = self.words.amount(totals.net);
        self.right(edge, y, Weight::Regular, &net);
        for vat in &totals.vat {
            y += step;
            let rate = vat.category.rate().to_string();
            let taxable = self.words.amount(vat.taxable);
            let label = self
                .words
                .fill("invoice.vat", &[("rate", &rate), ("amount", &taxable)]);
            self.left(middle, y, &label);
            let amount = self.words.amount(vat.vat);
            self.right(edge, y, Weight::Regular, &amount);
        }
        y += step + 5.0;
        let label = self.words.say(if owed {
            "invoice.gross"
        } else {
            "invoice.credit"
        });
        let style = (BODY + 4.0, Weight::Semibold, Ink::Text, Anchor::Left);
        self.put(middle, y, style, &label);
        let gross = match document.kind {
            // The label says in whose favour it is.
            DocumentKind::Invoice => Money::dkk(totals.gross.amount.saturating_abs()),
            DocumentKind::CreditNote => totals.gross,
        };
        let gross = self.words.money(gross);
        let style = (BODY + 4.0, Weight::Semibold, Ink::Text, Anchor::Right);
        self.put(edge, y, style, &gross);
        if owed {
            let payment = &document.payment;
            y += step + 3.0;
            let account = self.words.fill(
                "invoice.account",
                &[
                    ("registration", &payment.registration),
                    ("account", &payment.account),
                ],
            );
            self.quiet(middle, y, &account);
            y += step;
            let state = self
                .words
                .fill("invoice.payReference", &[("reference", &payment.reference)]);
            self.quiet(middle, y, &state);
        }
        self.y = top + height + 18.0;
    }

    /// Closes this sheet and begins the next.
    fn turn(&mut self) {
        self.page_total(false);
        self.sheets.push(Sheet::default());
        self.y = TOP;
        let title = format!("{} {}", self.title(), self.document.number);
        self.quiet(LEFT, self.y + 4.0, &title);
        self.y += 18.0;
        self.columns();
    }

    fn page_total(&mut self, is_last: bool) {
        let total = self.sheet().total.0;
        let so_far = self.sheets.iter().map(|sheet| sheet.total.0).sum();
        self.rule(BOTTOM + 6.0);
        let y = BOTTOM + 18.0;
        // Of a single page both would say the same.
        if !is_last || self.sheets.len() > 1 {
            let label = self.words.say("invoice.pageTotal");
            self.quiet(LEFT, y, &label);
            let total = self.words.amount(total);
            self.right(LEFT + 200.0, y, Weight::Regular, &total);
        }
        let label = self.words.say(match is_last {
            true => "invoice.lines",
            false => "invoice.carried",
        });
        self.quiet(MIDDLE, y, &label);
        let so_far = self.words.amount(so_far);
        self.right(RIGHT, y, Weight::Semibold, &so_far);
    }

    fn finish(&mut self) {
        self.page_total(true);
        let seller = &self.document.seller;
        let mut foot = vec![seller.name.clone()];
        foot.extend(self.address(seller));
        foot.extend(seller.email.clone());
        let foot = foot.join(" · ");
        let (size, weight) = (BODY - 1.5, Weight::Regular);
        let foot = self.broken(&foot, size, weight, RIGHT - LEFT - 80.0);
        let pages = self.sheets.len();
        for page in 0..pages {
            let said = [
                ("page", &*(page + 1).to_string()),
                ("pages", &*pages.to_string()),
            ];
            let number = self.words.fill("invoice.page", &said);
            let number = vec![self.shape(weight, &number)];
            for (x, anchor, texts) in [(LEFT, Anchor::Left, &foot), (RIGHT, Anchor::Right, &number)]
            {
                let mut y = FOOT;
                for shaped in texts {
                    self.sheets[page].marks.push(Mark::Text(Text {
                        x,
                        y,
                        size,
                        weight,
                        ink: Ink::Quiet,
                        anchor,
                        shaped: shaped.clone(),
                    }));
                    y += size + 2.5;
                }
            }
        }
    }
}
