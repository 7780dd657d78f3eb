//! Secrets of two kinds. A [`Secret`] is a random token that somebody carries (a session, an invitation, a download ticket):
//! we keep its hash only. A [`Sealer`] encrypts what we must be able to show again (PIN and PUK codes).

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use sha2::{Digest, Sha256};
use std::path::Path;
use subtle::ConstantTimeEq;

/// A random token of 256 bits. It cannot be printed or serialised by accident; whoever has to hand it over says so with
/// [`Secret::expose`].
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    pub fn random() -> Self {
        Secret(rand::random())
    }

    /// The token as it travels: 43 characters of base64url.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads a token that came in from outside. `None` when it cannot be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Secret)
    }

    /// What is stored and looked up: SHA-256 of the token. A look-up by it needs no constant time: who can choose the hash
    /// already knows the token.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

/// In constant time.
impl PartialEq for Secret {
    fn eq(&self, other: &Secret) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// Compares what somebody sent with what we expect, in a time that tells neither content nor length.
pub fn same_secret(sent: &str, expected: &str) -> bool {
    let (sent, expected) = (Sha256::digest(sent), Sha256::digest(expected));
    sent.ct_eq(&expected).into()
}

/// Seals with AES-256-GCM. Several keys may stand in the key file: the first seals, every one opens, so that a key is changed
/// by putting a new one on top and sealing anew at leisure.
///
/// A sealed value is: format (1 byte, 1), length of the key's id (1 byte), the id, nonce (12 bytes), ciphertext with tag. The
/// associated data is the id of the row it belongs to, so that a value copied to another row does not open.
pub struct Sealer {
    keys: Vec<(String, Aes256Gcm)>,
}

const FORMAT: u8 = 1;
const NONCE: usize = 12;

/// Why a key file is of no use. One line, without the key.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeyFileError(String);

/// A value that does not open: another row's, altered, or sealed with a key that is no longer in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("sealed with a key that the key file does not hold")]
    UnknownKey,
    #[error("not sealed for this row, or altered")]
    NotGenuine,
}

impl Sealer {
    /// Reads a key file.
    pub fn from_file(path: &Path) -> Result<Self, KeyFileError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            KeyFileError(format!("{}: cannot be read: {error}", path.display()))
        })?;
        Sealer::parse(&text)
            .map_err(|KeyFileError(why)| KeyFileError(format!("{}: {why}", path.display())))
    }

    /// `<id> <32 bytes in base64>`, one key a line; empty lines and lines that begin with `#` are skipped.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        let mut keys: Vec<(String, Aes256Gcm)> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let refuse = |why: &str| KeyFileError(format!("line {}: {why}", index + 1));
            let (id, key) = line
                .split_once(char::is_whitespace)
                .ok_or_else(|| refuse("write an id, a space and the key"))?;
            if id.len() > 32
                || !id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            {
                return Err(refuse("an id has at most 32 letters, digits and hyphens"));
            }
            if keys.iter().any(|(known, _)| known == id) {
                return Err(refuse("this id is used twice"));
            }
            let bytes = STANDARD
                .decode(key.trim())
                .map_err(|_| refuse("the key is not base64"))?;
            let cipher =
                Aes256Gcm::new_from_slice(&bytes).map_err(|_| refuse("a key has 32 bytes"))?;
            keys.push((id.to_owned(), cipher));
        }
        if keys.is_empty() {
            return Err(KeyFileError(
                "holds no key: make one with `switchboard seal-key`".to_owned(),
            ));
        }
        Ok(Sealer { keys })
    }

    /// A fresh line for a key file.
    pub fn make_key_line(id: &str) -> String {
        let key: [u8; 32] = rand::random();
        format!("{id} {}", STANDARD.encode(key))
    }

    /// Seals `plain` for the row `row`.
    ///
    /// # Errors
    /// Only when `plain` is longer than AES-GCM takes (64 GiB).
    pub fn seal(&self, row: &[u8], plain: &[u8]) -> crate::Result<Vec<u8>> {
        let (id, cipher) = &self.keys[0];
        let nonce: [u8; NONCE] = rand::random();
        let sealed = cipher
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: row,
                },
            )
            .map_err(|_| crate::Error::internal("a value is too long to seal"))?;
        let mut bytes = Vec::with_capacity(2 + id.len() + NONCE + sealed.len());
        bytes.push(FORMAT);
        bytes.push(id.len() as u8);
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    /// Opens what was sealed for `row`.
    pub fn open(&self, row: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (id, rest) = split(sealed).ok_or(OpenError::NotGenuine)?;
        let (_, cipher) = self
            .keys
            .iter()
            .find(|(known, _)| known.as_bytes() == id)
            .ok_or(OpenError::UnknownKey)?;
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(OpenError::NotGenuine)?;
        cipher
            .decrypt(
                &Nonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad: row,
                },
            )
            .map_err(|_| OpenError::NotGenuine)
    }

    /// Whether `sealed` was sealed with a key that is no longer the first, so that it should be sealed anew.
    pub fn is_outdated(&self, sealed: &[u8]) -> bool {
        split(sealed).is_none_or(|(id, _)| id != self.keys[0].0.as_bytes())
    }
}

/// The key's id and what follows it.
fn split(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    match sealed {
        [FORMAT, length, rest @ ..] => rest.split_at_checked(usize::from(*length)),
        _ => None,
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(sealer)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_travels_as_text_and_is_known_by_its_hash() {
        let secret = Secret::random();
        let text = secret.expose();
        assert_eq!(text.len(), 43);
        let read = Secret::parse(&text).unwrap();
        assert!(read == secret && read.hash() == secret.hash());
        assert!(Secret::random() != secret);
        assert!(Secret::parse("short").is_none() && Secret::parse(&format!("{text}A")).is_none());
        assert_eq!(format!("{secret:?}"), "(secret)");
    }

    #[test]
    fn texts_are_the_same_secret_only_when_they_are_equal() {
        assert!(same_secret("token", "token"));
        assert!(!same_secret("token", "token2") && !same_secret("", "token"));
    }

    #[test]
    fn a_sealed_value_opens_for_its_own_row_only() {
        let sealer = Sealer::parse(&Sealer::make_key_line("k1")).unwrap();
        let sealed = sealer.seal(b"row 1", b"0042").unwrap();
        assert_eq!(sealer.open(b"row 1", &sealed).unwrap(), b"0042");
        assert_eq!(sealer.open(b"row 2", &sealed), Err(OpenError::NotGenuine));
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(sealer.open(b"row 1", &altered).is_err(), "byte {at}");
        }
        assert_eq!(
            sealer.open(b"row 1", &sealed[..5]),
            Err(OpenError::NotGenuine)
        );
        assert_ne!(
            sealer.seal(b"row 1", b"0042").unwrap(),
            sealed,
            "each sealing has its own nonce"
        );
    }

    #[test]
    fn a_key_is_changed_by_putting_a_new_one_on_top() {
        let old_line = Sealer::make_key_line("2026-01");
        let old = Sealer::parse(&old_line).unwrap();
        let sealed = old.seal(b"row", b"1234").unwrap();
        let both = Sealer::parse(&format!(
            "# keys\n{}\n\n{old_line}\n",
            Sealer::make_key_line("2026-07")
        ))
        .unwrap();
        assert_eq!(both.open(b"row", &sealed).unwrap(), b"1234");
        assert!(both.is_outdated(&sealed) && !old.is_outdated(&sealed));
        assert!(!both.is_outdated(&both.seal(b"row", b"1234").unwrap()));
        let new_only = Sealer::parse(&Sealer::make_key_line("2026-07")).unwrap();
        assert_eq!(new_only.open(b"row", &sealed), Err(OpenError::UnknownKey));
    }

    #[test]
    fn a_key_file_that_is_of_no_use_says_in_which_line() {
        let why = |text: &str| Sealer::parse(text).unwrap_err().to_string();
        assert_eq!(
            why("# nothing\n"),
            "holds no key: make one with `switchboard seal-key`"
        );
        assert_eq!(why("\nk1 AAAA\n"), "line 2: a key has 32 bytes");
        assert_eq!(why("k1"), "line 1: write an id, a space and the key");
        let line = Sealer::make_key_line("k1");
        assert_eq!(
            why(&format!("{line}\n{line}")),
            "line 2: this id is used twice"
        );
    }
}
