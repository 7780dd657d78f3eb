//! Where everything stands. Points from the upper left corner of A4; text is placed by its baseline.

use super::{
    fonts::{Shaped, Weight, typeface},
    words::Words,
};
use domain::billing::{Document, DocumentKind, Line, Party, TariffCategory};
use platform::{Money, i18n::Language};

pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
const LEFT: f32 = 48.0;
const RIGHT: f32 = PAGE.0 - 48.0;
const TOP: f32 = 48.0;
/// Below this line stand the page's total and the foot.
const BOTTOM: f32 = PAGE.1 - 84.0;
const FOOT: f32 = PAGE.1 - 40.0;
/// Place and most extent of the logo.
pub(super) const LOGO: (f32, f32, f32, f32) = (LEFT, TOP - 8.0, 114.0, 40.0);

const BODY: f32 = 9.0;
const LEADING: f32 = 12.5;

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
    pub(super) shaped: Shaped,
}

pub(super) enum Mark {
    Text(Text),
    /// x, y, width, height.
    Box {
        area: (f32, f32, f32, f32),
        ink: Ink,
    },
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

struct Column {
    title: &'static str,
    /// Left edge, or right edge when it is anchored there.
    x: f32,
    width: f32,
    anchor: Anchor,
}

const COLUMNS: [Column; 6] = [
    Column {
        title: "product",
        x: LEFT + 8.0,
        width: 146.0,
        anchor: Anchor::Left,
    },
    Column {
        title: "reference",
        x: LEFT + 158.0,
        width: 88.0,
        anchor: Anchor::Left,
    },
    Column {
        title: "days",
        x: LEFT + 250.0,
        width: 44.0,
        anchor: Anchor::Left,
    },
    Column {
        title: "quantity",
        x: LEFT + 362.0,
        width: 64.0,
        anchor: Anchor::Right,
    },
    Column {
        title: "price",
        x: LEFT + 446.0,
        width: 80.0,
        anchor: Anchor::Right,
    },
    Column {
        title: "amount",
        x: RIGHT,
        width: 50.0,
        anchor: Anchor::Right,
    },
];

pub(super) fn sheets(document: &Document, language: Language, has_logo: bool) -> Vec<Sheet> {
    let mut setter = Setter {
        words: Words { language },
        document,
        sheets: vec![Sheet::default()],
        y: TOP,
    };
    setter.head(has_logo);
    setter.summary();
    setter.lines();
    setter.finish();
    setter.sheets
}

struct Setter<'a> {
    words: Words,
    document: &'a Document,
    sheets: Vec<Sheet>,
    /// Where the next thing begins.
    y: f32,
}

impl Setter<'_> {
    fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.sheets.push(Sheet::default());
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    fn put(&mut self, x: f32, y: f32, style: (f32, Weight, Ink, Anchor), text: &str) {
        let (size, weight, ink, anchor) = style;
        let shaped = typeface(weight).shape(text);
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
        let area = (LEFT, y, RIGHT - LEFT, 0.6);
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

        let top = TOP + 64.0;
        let style = (BODY + 1.0, Weight::Semibold, Ink::Text, Anchor::Left);
        self.put(LEFT, top, style, &document.buyer.name);
        let mut y = top + LEADING + 1.0;
        for text in self.address(&document.buyer) {
            self.left(LEFT, y, &text);
            y += LEADING;
        }

        let mut facts = vec![
            ("number", document.number.clone()),
            ("issued", self.words.date(document.issued)),
        ];
        if document.kind == DocumentKind::Invoice {
            facts.push(("due", self.words.date(document.due)));
        }
        if let Some((number, issued)) = &document.corrects {
            facts.push((
                "corrects",
                format!("{number}, {}", self.words.date(*issued)),
            ));
        }
        let period = (document.period.first_day(), document.period.last_day());
        facts.push((
            "period",
            self.words.days(period) + &format!(" {}", period.0.year()),
        ));
        facts.push(("yourReference", document.buyer_reference.clone()));
        if let Some(order) = &document.order_reference {
            facts.push(("orderReference", order.clone()));
        }
        let mut fact_y = top;
        for (name, value) in facts {
            let label = self.words.say(&format!("invoice.{name}"));
            self.quiet(LEFT + 290.0, fact_y, &label);
            self.right(RIGHT, fact_y, Weight::Regular, &value);
            fact_y += LEADING + 1.0;
        }
        self.y = y.max(fact_y) + 14.0;
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
        let rows = 1 + categories.len().max(totals.vat.len() + 2).max(4);
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
        let owed = document.kind == DocumentKind::Invoice;
        let label = self.words.say(if owed {
            "invoice.gross"
        } else {
            "invoice.credit"
        });
        let style = (BODY + 4.0, Weight::Semibold, Ink::Text, Anchor::Left);
        self.put(middle, y, style, &label);
        let gross = self.words.money(totals.gross);
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

    fn columns(&mut self) {
        for column in &COLUMNS {
            let title = self.words.say(&format!("invoice.{}", column.title));
            let style = (BODY - 1.0, Weight::Semibold, Ink::Quiet, column.anchor);
            self.put(column.x, self.y + 8.0, style, &title);
        }
        self.y += 13.0;
        self.rule(self.y);
        self.y += 4.0;
    }

    fn lines(&mut self) {
        let document = self.document;
        self.columns();
        let mut group = None;
        for line in &document.lines {
            let cells = self.cells(line);
            let height = height(&cells);
            let begins = group != Some(line.group);
            let needed = height + if begins { LEADING + 8.0 } else { 0.0 };
            if self.y + needed > BOTTOM {
                self.turn();
            }
            if begins || self.sheet().total.0 == Money::ZERO && self.sheets.len() > 1 {
                self.group(line.group);
                group = Some(line.group);
            }
            self.row(&cells);
            let sheet = self.sheet();
            sheet.total = Money0(sheet.total.0.plus(line.amount));
        }
    }

    /// Whose lines follow, and what they come to in all.
    fn group(&mut self, group: usize) {
        let document = self.document;
        let Some(named) = document.groups.get(group) else {
            return;
        };
        self.y += 5.0;
        let sum = document
            .lines
            .iter()
            .filter(|line| line.group == group)
            .map(|line| line.amount)
            .sum();
        let name = self.words.group(named);
        let style = (BODY, Weight::Semibold, Ink::Text, Anchor::Left);
        let y = self.y + 9.0;
        self.put(LEFT, y, style, &name);
        let sum = self.words.amount(sum);
        self.right(RIGHT, y, Weight::Semibold, &sum);
        self.y += LEADING + 3.0;
    }

    /// The line's cells, each broken to its column's width.
    fn cells(&self, line: &Line) -> [Vec<String>; 6] {
        let words = &self.words;
        let mut product = broken(&words.product(line), COLUMNS[0].width);
        product.extend(Words::number(line));
        product.extend(line.discount.map(|discount| words.discount(discount)));
        let cell = |text: String, column: usize| broken(&text, COLUMNS[column].width);
        [
            product,
            cell(line.reference.clone().unwrap_or_default(), 1),
            cell(
                line.days.map(|days| words.days(days)).unwrap_or_default(),
                2,
            ),
            cell(words.quantity(line), 3),
            cell(words.price(line), 4),
            vec![words.amount(line.amount)],
        ]
    }

    fn row(&mut self, cells: &[Vec<String>; 6]) {
        for (column, texts) in COLUMNS.iter().zip(cells) {
            let mut y = self.y + 9.0;
            for (index, text) in texts.iter().enumerate() {
                let ink = if column.title == "product" && index > 0 {
                    Ink::Quiet
                } else {
                    Ink::Text
                };
                self.put(
                    column.x,
                    y,
                    (BODY, Weight::Regular, ink, column.anchor),
                    text,
                );
                y += LEADING - 1.5;
            }
        }
        self.y += height(cells);
    }

    /// Closes this sheet and begins the next.
    fn turn(&mut self) {
        self.page_total();
        self.sheets.push(Sheet::default());
        self.y = TOP;
        let title = format!("{} {}", self.title(), self.document.number);
        self.quiet(LEFT, self.y + 4.0, &title);
        self.y += 18.0;
        self.columns();
    }

    fn page_total(&mut self) {
        let total = self.sheet().total.0;
        let so_far = self.sheets.iter().map(|sheet| sheet.total.0).sum();
        let last = so_far == self.document.totals.net;
        self.rule(BOTTOM + 6.0);
        let y = BOTTOM + 18.0;
        let label = self.words.say("invoice.pageTotal");
        self.quiet(LEFT, y, &label);
        let total = self.words.amount(total);
        self.right(LEFT + 200.0, y, Weight::Regular, &total);
        let label = self.words.say(if last {
            "invoice.lines"
        } else {
            "invoice.carried"
        });
        self.quiet(LEFT + 290.0, y, &label);
        let so_far = self.words.amount(so_far);
        self.right(RIGHT, y, Weight::Semibold, &so_far);
    }

    fn finish(&mut self) {
        self.page_total();
        let seller = &self.document.seller;
        let mut foot = vec![seller.name.clone()];
        foot.extend(self.address(seller));
        foot.extend(seller.email.clone());
        let foot = foot.join(" · ");
        let pages = self.sheets.len();
        for page in 1..=pages {
            let number = self.words.fill(
                "invoice.page",
                &[("page", &page.to_string()), ("pages", &pages.to_string())],
            );
            for (x, anchor, text) in [(LEFT, Anchor::Left, &foot), (RIGHT, Anchor::Right, &number)]
            {
                let (size, weight, ink) = (BODY - 1.5, Weight::Regular, Ink::Quiet);
                let shaped = typeface(weight).shape(text);
                self.sheets[page - 1].marks.push(Mark::Text(Text {
                    x,
                    y: FOOT,
                    size,
                    weight,
                    ink,
                    anchor,
                    shaped,
                }));
            }
        }
    }
}

fn height(cells: &[Vec<String>; 6]) -> f32 {
    let rows = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    #[expect(clippy::as_conversions, reason = "a handful of rows")]
    let height = rows as f32 * (LEADING - 1.5) + 4.0;
    height
}

/// The text in lines no wider than this; a word that is wider by itself is cut.
fn broken(text: &str, width: f32) -> Vec<String> {
    let typeface = typeface(Weight::Regular);
    let wide = |text: &str| typeface.shape(text).width * BODY;
    if text.is_empty() {
        return Vec::new();
    }
    if wide(text) <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let together = if lines[last].is_empty() {
            word.to_owned()
        } else {
            format!("{} {word}", lines[last])
        };
        if wide(&together) <= width {
            lines[last] = together;
            continue;
        }
        if !lines[last].is_empty() {
            lines.push(String::new());
        }
        for char in word.chars() {
            let last = lines.len() - 1;
            let mut longer = lines[last].clone();
            longer.push(char);
            if wide(&longer) > width && !lines[last].is_empty() {
                lines.push(char.to_string());
            } else {
                lines[last] = longer;
            }
        }
    }
    lines
}
