//! What billing needs from outside: documents.

use super::Document;
use platform::{Result, i18n::Language};

/// Turns an issued invoice into the forms in which it leaves. The same document gives the same bytes, always.
pub trait Renderer: Send + Sync {
    /// Peppol BIS Billing 3 (EN 16931) in UBL 2.1.
    fn ubl(&self, document: &Document) -> Result<Vec<u8>>;

    /// PDF/A-3 in this language, with the UBL attached.
    fn pdf(&self, document: &Document, language: Language) -> Result<Vec<u8>>;
}
