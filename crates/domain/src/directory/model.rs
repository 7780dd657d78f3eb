//! The words of this room.

use platform::id;

id!(PersonId, "A person: mirrored from a directory, or local.");
