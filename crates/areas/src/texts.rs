//! What the areas say in words, besides the domain's own texts.

platform::catalogue!(pub TEXTS, "../texts/en.toml", "../texts/da.toml");

#[cfg(test)]
mod tests {
    #[test]
    fn every_text_is_there_in_both_languages() {
        assert_eq!(super::TEXTS.differences(), Vec::<String>::new());
    }
}
