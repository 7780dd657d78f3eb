//! The lines of the document, person by person, from page to page.

use super::{Anchor, BODY, BOTTOM, Ink, LEFT, Money0, RIGHT, Setter, Shaped, Weight, Words};
use domain::billing::Line;
use platform::Money;
use std::rc::Rc;

/// Size of the text in the table, from one of its lines to the next, and what a row takes beyond its lines.
const SIZE: f32 = 8.5;
const STEP: f32 = 10.5;
const PADDING: f32 = 2.3;
/// What stands above the name of a group, and what the name takes.
const GAP: f32 = 3.5;
const NAME: f32 = 13.0;

struct Column {
    title: &'static str,
    /// Left edge, or right edge when it is anchored there.
    x: f32,
    width: f32,
    anchor: Anchor,
}

const fn left(title: &'static str, x: f32, width: f32) -> Column {
    Column {
        title,
        x: LEFT + x,
        width,
        anchor: Anchor::Left,
    }
}

const fn right(title: &'static str, x: f32, width: f32) -> Column {
    Column {
        title,
        x: RIGHT - x,
        width,
        anchor: Anchor::Right,
    }
}

const COLUMNS: [Column; 7] = [
    left("product", 8.0, 132.0),
    left("telephone", 144.0, 64.0),
    left("reference", 212.0, 70.0),
    left("days", 286.0, 38.0),
    right("quantity", 122.0, 56.0),
    right("price", 54.0, 66.0),
    right("amount", 0.0, 52.0),
];

/// The lines of each cell; those of the product after its name say more, quietly.
struct Row {
    cells: [Vec<Rc<Shaped>>; COLUMNS.len()],
    name: usize,
    height: f32,
}

impl Setter<'_> {
    pub(super) fn columns(&mut self) {
        for column in &COLUMNS {
            let title = self.words.say(&format!("invoice.{}", column.title));
            let style = (BODY - 1.0, Weight::Semibold, Ink::Quiet, column.anchor);
            self.put(column.x, self.y + 8.0, style, &title);
        }
        self.y += 12.5;
        self.rule(self.y);
        self.y += 2.0;
    }

    pub(super) fn lines(&mut self) {
        let document = self.document;
        self.columns();
        let mut group = None;
        let mut on_sheet = 0;
        for line in &document.lines {
            let row = self.made(line);
            let begins = group != Some(line.group);
            let name = if begins { GAP + NAME } else { 0.0 };
            if self.y + name + row.height > BOTTOM && on_sheet > 0 {
                self.turn();
                on_sheet = 0;
            }
            if begins || on_sheet == 0 {
                self.group(line.group, begins, on_sheet == 0);
                group = Some(line.group);
            }
            self.row(&row);
            on_sheet += 1;
            let sheet = self.sheet();
            sheet.total = Money0(sheet.total.0.plus(line.amount));
        }
    }

    /// Whose lines follow, and where they begin what they come to in all.
    fn group(&mut self, group: usize, begins: bool, is_first: bool) {
        let document = self.document;
        let Some(named) = document.groups.get(group) else {
            return;
        };
        self.y += GAP;
        if !is_first {
            self.line(self.y - 1.5, 0.3);
        }
        let mut name = self.words.group(named);
        if !begins {
            name = self.words.fill("invoice.continued", &[("name", &name)]);
        }
        let style = (BODY, Weight::Semibold, Ink::Text, Anchor::Left);
        let width = RIGHT - LEFT - 80.0;
        let y = self.y + 9.5;
        let below = self.paragraph(LEFT, y, style, width, &name);
        if begins {
            let sum = self.sums.get(group).copied().unwrap_or(Money::ZERO);
            let sum = self.words.amount(sum);
            self.right(RIGHT, y, Weight::Semibold, &sum);
        }
        self.y = (self.y + NAME).max(below - 9.0);
    }

    fn made(&mut self, line: &Line) -> Row {
        let words = self.words;
        let number = Words::number(line).unwrap_or_default();
        let days = line.days.map(|days| words.days(days));
        let texts = [
            words.product(line),
            number,
            line.reference.clone().unwrap_or_default(),
            days.unwrap_or_default(),
            words.quantity(line),
            words.price(line),
            words.amount(line.amount),
        ];
        let mut cells = [const { Vec::new() }; COLUMNS.len()];
        for ((cell, text), column) in cells.iter_mut().zip(&texts).zip(&COLUMNS) {
            *cell = self.broken(text, SIZE, Weight::Regular, column.width);
        }
        let name = cells[0].len();
        if let Some(discount) = line.discount {
            let text = words.discount(discount);
            cells[0].extend(self.broken(&text, SIZE, Weight::Regular, COLUMNS[0].width));
        }
        let most = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        #[expect(clippy::as_conversions, reason = "as many as stand on a page")]
        let height = most as f32 * STEP + PADDING;
        Row {
            cells,
            name,
            height,
        }
    }

    fn row(&mut self, row: &Row) {
        for (column, texts) in COLUMNS.iter().zip(&row.cells) {
            let mut y = self.y + 8.5;
            for (index, text) in texts.iter().enumerate() {
                let ink = match column.title {
                    "product" if index < row.name => Ink::Text,
                    "product" | "telephone" | "days" => Ink::Quiet,
                    _ => Ink::Text,
                };
                let style = (SIZE, Weight::Regular, ink, column.anchor);
                self.put_shaped(column.x, y, style, text.clone());
                y += STEP;
            }
        }
        self.y += row.height;
    }
}
