//! What this room needs from outside: bytes, as they come.

use async_trait::async_trait;
use platform::Result;

/// Where the bytes of an import come from: an upload, a file.
#[async_trait]
pub trait Source: Send {
    /// Appends the next bytes to `into`; `false` when there are no more.
    ///
    /// # Errors
    /// When it broke off. What was read before stays counted, and the import can be begun once more.
    async fn read(&mut self, into: &mut Vec<u8>) -> Result<bool>;
}
