//! What the command line asks for.

use crate::world::Size;

pub const HELP: &str = "\
switchboard-bench: measures the release build against a program written by hand

  (nothing)            everything, on both engines; some minutes
  --engine NAME        sqlite or postgres alone
  --only WORD          operations whose name contains the word, `sync`, `usage`, `bulk` or `billing`
  --small              a small world, to try the bench itself; its figures mean nothing
  --rounds N           rounds of each operation (5)
  --requests N         requests of a round (600; a sixth of it for orders)

SWITCHBOARD_BENCH_POSTGRES names a PostgreSQL to use (a URL to a database in which databases may be made);
without it one is made for the run. The world is kept in target/bench.
";

#[derive(Clone, Debug)]
pub struct Options {
    pub size: Size,
    pub engine: Option<String>,
    pub only: Option<String>,
    pub rounds: usize,
    pub requests: usize,
}

impl Options {
    pub fn read(words: &[String]) -> Result<Options, String> {
        let mut options = Options {
            size: Size::FULL,
            engine: None,
            only: None,
            rounds: 5,
            requests: 600,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .cloned()
                    .ok_or_else(|| format!("{word} wants a value\n\n{HELP}"))
            };
            let number = |text: String| text.parse().map_err(|_| format!("{text} is no number"));
            match word.as_str() {
                "--engine" => options.engine = Some(value()?),
                "--only" => options.only = Some(value()?),
                "--rounds" => options.rounds = number(value()?)?,
                "--requests" => options.requests = number(value()?)?,
                "--small" => options.size = Size::SMALL,
                other => return Err(format!("{other} is not known\n\n{HELP}")),
            }
        }
        Ok(options)
    }

    pub fn wants_engine(&self, name: &str) -> bool {
        self.engine.as_deref().is_none_or(|wanted| wanted == name)
    }

    pub fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|word| name.contains(word))
    }

    pub fn orders(&self) -> usize {
        (self.requests / 6).max(1)
    }
}
