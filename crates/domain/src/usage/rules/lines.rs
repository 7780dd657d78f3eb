//! Cuts what comes in, piece by piece, into lines. It holds one line at most, and of one that is too long nothing.

/// Bytes of a line at most; a record takes some two hundred.
pub const LONGEST: usize = 8 * 1024;

/// What a line is, as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// Without its line end.
    Whole(&'a [u8]),
    TooLong,
}

/// The lines of a stream.
#[derive(Debug, Default)]
pub struct Lines {
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    too_long: bool,
}

impl Lines {
    /// Takes the next piece and hands on each line that ends in it, with how many bytes of the piece are behind its end.
    pub fn feed(&mut self, piece: &[u8], mut line: impl FnMut(Line<'_>, usize)) {
        let mut rest = piece;
        while let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
            let (end, after) = (&rest[..at], &rest[at + 1..]);
            if self.begun.is_empty() && !self.too_long {
                line(Self::checked(end), after.len());
            } else {
                self.keep(end);
                self.hand_on(&mut line, after.len());
            }
            rest = after;
        }
        self.keep(rest);
    }

    /// Nothing more comes: hands on what is left without a line end.
    pub fn end(&mut self, mut line: impl FnMut(Line<'_>, usize)) {
        if !self.begun.is_empty() || self.too_long {
            self.hand_on(&mut line, 0);
        }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.too_long || self.begun.len() + part.len() > LONGEST {
            self.too_long = true;
            self.begun.clear();
        } else {
            self.begun.extend_from_slice(part);
        }
    }

    fn hand_on(&mut self, line: &mut impl FnMut(Line<'_>, usize), left: usize) {
        if self.too_long {
            line(Line::TooLong, left);
        } else {
            line(Self::checked(&self.begun), left);
        }
        self.begun.clear();
        self.too_long = false;
    }

    fn checked(line: &[u8]) -> Line<'_> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > LONGEST {
            Line::TooLong
        } else {
            Line::Whole(line)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(pieces: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        let mut take = |line: Line<'_>, _| {
            found.push(match line {
                Line::Whole(bytes) => Some(bytes.to_vec()),
                Line::TooLong => None,
            });
        };
        for piece in pieces {
            lines.feed(piece, &mut take);
        }
        lines.end(&mut take);
        found
    }

    #[test]
    fn lines_are_found_with_either_line_end_and_at_the_end_without_one() {
        let whole = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(
            cut(&[b"a\r\nb\n\n", b"c", b"d"]),
            [whole("a"), whole("b"), whole(""), whole("cd")]
        );
        assert_eq!(cut(&[]), [None; 0]);
        assert_eq!(cut(&[b"a\n"]), [whole("a")]);
    }

    #[test]
    fn what_is_too_long_is_told_once_and_not_kept() {
        let long = vec![b'x'; LONGEST];
        let found = cut(&[b"a\n", &long, &long, &long, b"\nb\n", &long, b"y\nc"]);
        let whole = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(found, [whole("a"), None, whole("b"), None, whole("c")]);
    }

    #[test]
    fn what_is_left_behind_a_line_tells_where_it_ended() {
        let mut lines = Lines::default();
        let mut left = Vec::new();
        lines.feed(b"ab\ncd\ne", |_, behind| left.push(behind));
        assert_eq!(left, [4, 1]);
    }

    proptest! {
        #[test]
        fn however_it_is_cut_into_pieces_the_lines_are_the_same(
            text in "[a-c\r\n]{0,80}", places in proptest::collection::vec(0_usize..80, 0..8)
        ) {
            let bytes = text.as_bytes();
            let mut places: Vec<usize> = places.into_iter().map(|at| at.min(bytes.len())).collect();
            places.sort_unstable();
            places.push(bytes.len());
            let mut from = 0;
            let mut pieces = Vec::new();
            for at in places {
                pieces.push(&bytes[from..at]);
                from = at;
            }
            prop_assert_eq!(cut(&pieces), cut(&[bytes]));
        }
    }
}
