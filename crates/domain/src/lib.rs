//! What the company owns and the rules it keeps. One room a thing; a room's tables are its own, and its door is its `mod.rs`.
//! A room may use those before it in this list; what must travel the other way travels as a job (see ARCHITECTURE.md).

pub mod access;
pub mod billing;
pub mod bulk;
pub mod call_groups;
pub mod catalogue;
pub mod directory;
pub mod fulfilment;
pub mod help;
pub mod invariants;
pub mod notices;
pub mod numbering;
pub mod orders;
pub mod overview;
pub mod porting;
pub mod sims;
pub mod subscriptions;
pub mod usage;

use platform::db::Migration;
use std::sync::LazyLock;

platform::catalogue!(pub TEXTS, "../texts/en.toml", "../texts/da.toml");

/// The whole schema: the platform's tables, then the domain's, in the order in which they came to be.
pub fn migrations() -> &'static [Migration] {
    static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
        let own: &[Migration] = platform::migration_files![
            "0101_access",
            "0102_directory",
            "0103_catalogue",
            "0104_numbering",
            "0105_sims",
            "0106_subscriptions",
            "0107_orders",
            "0108_numbers_by_series",
            "0109_sessions_quotes_mobile",
            "0110_order_items",
            "0116_default_group_and_downloads",
            "0117_directory_groups",
            "0118_code_look_ups",
            "0119_people_sort_keys",
            "0120_porting",
            "0125_bulk",
            "0130_reservations",
            "0131_connection",
            "0132_help",
            "0140_usage",
            "0141_notification_addresses",
            "0145_call_groups",
            "0146_sim_packs",
            "0150_billing",
            "0174_goods",
        ];
        platform::db::migrations()
            .iter()
            .chain(own)
            .copied()
            .collect()
    });
    &ALL
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_text_is_there_in_both_languages() {
        assert_eq!(super::TEXTS.differences(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn the_schema_comes_up_on_this_engine() {
        let fixture = platform::testing::Fixture::new(super::migrations()).await;
        fixture.db.ready(super::migrations()).await.unwrap();
    }
}
