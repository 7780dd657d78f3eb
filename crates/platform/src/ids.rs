//! Ids are UUIDv7: they sort by when they were made, and 74 random bits keep them from being guessed. Each thing has its own id
//! type, so that a person's id cannot stand where an order's belongs. Secrets are not ids: see `seal::Secret`.

use crate::{Clock, Instant};
use rand::RngExt;
use std::sync::Arc;
use uuid::Uuid;

/// Makes ids. Cheap to clone.
#[derive(Clone)]
pub struct Ids {
    clock: Arc<dyn Clock>,
}

impl Ids {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Ids { clock }
    }

    pub fn uuid(&self) -> Uuid {
        uuid_v7(self.clock.now(), rand::rng().random())
    }

    pub fn make<T: From<Uuid>>(&self) -> T {
        self.uuid().into()
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}

/// RFC 9562 §5.7: 48 bits of milliseconds; we put the microseconds within the millisecond into the 12 bits `rand_a`.
fn uuid_v7(now: Instant, random: u64) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    let micros_within = now.0.rem_euclid(1_000) as u64;
    let high = (millis << 16) | 0x7000 | (micros_within * 4096 / 1000);
    let low = (random & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    Uuid::from_u64_pair(high, low)
}

/// Declares an id type: `id!(PersonId, "A person of an organisation.");`
#[macro_export]
macro_rules! id {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            serde::Serialize,
            serde::Deserialize,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub uuid::Uuid);

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                $name(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }

        impl From<$name> for $crate::db::Value {
            fn from(id: $name) -> Self {
                $crate::db::Value::Uuid(id.0)
            }
        }

        impl $crate::db::FromValue for $name {
            fn from_value(value: &$crate::db::Value) -> $crate::Result<Self> {
                <uuid::Uuid as $crate::db::FromValue>::from_value(value).map($name)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_after_earlier_ones_and_say_version_seven() {
        let earlier = uuid_v7(Instant(1_795_000_000_000_001), u64::MAX);
        let later = uuid_v7(Instant(1_795_000_000_000_999), 0);
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
        assert_eq!(earlier.get_variant(), uuid::Variant::RFC4122);
    }
}
