//! The manners of HTTP that every operation shares: problem documents, reading requests, pages, idempotency, entity tags,
//! and what lies around every request (ids, log, limits, security headers). Knows no operation.

pub mod document;
pub mod etag;
pub mod extract;
pub mod idempotency;
pub mod page;
pub mod problem;
pub mod request;

pub use document::{DocumentPolicy, Framing};
pub use etag::{ETag, IfMatch};
pub use extract::{File, Json, Path, Query};
pub use idempotency::{Idempotency, Keyed, KeyedEmpty, KeyedTable};
pub use page::{Cursor, Page, Paging};
pub use problem::Problem;
pub use request::{HttpOptions, RequestContext, wrap};
