//! Orders in words, for whoever reads a list, a page or a file of them.

use super::{ItemState, OrderItem};
use crate::TEXTS;
use platform::i18n::Language;

/// One line: what, for whom, and how many more.
pub fn summary(items: &[&OrderItem], language: Language) -> String {
    let Some(first) = items.first() else {
        return String::new();
    };
    let action = TEXTS.text(language, &format!("action.{}", first.action), &[]);
    let whom = first
        .person_name
        .as_deref()
        .or(first.call_group_name.as_deref())
        .unwrap_or_default();
    let line = if whom.is_empty() {
        action
    } else {
        format!("{action} · {whom}")
    };
    match items.len() - 1 {
        0 => line,
        more => format!("{line} (+{more})"),
    }
}

/// What went wrong with an item or stands in its way, and what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Stable.
    pub code: String,
    pub detail: String,
    pub advice: Option<String>,
}

/// The trouble of an item, if it has any.
pub fn trouble(item: &OrderItem, language: Language) -> Option<Trouble> {
    let code = item.problem_code.as_ref()?;
    let why = item.problem_detail.as_deref().unwrap_or_default();
    let advice = TEXTS
        .find(language, &format!("advice.{code}"), &[])
        .or_else(|| {
            // What failed can be ordered again; what is held goes on by itself.
            (item.state == ItemState::Failed).then(|| TEXTS.text(language, "advice.again", &[]))
        });
    Some(Trouble {
        detail: TEXTS.text(language, &format!("problem.{code}"), &[("why", why)]),
        code: code.clone(),
        advice,
    })
}
