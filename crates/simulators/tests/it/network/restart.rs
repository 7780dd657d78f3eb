//! What is on disk comes back.

use super::{Net, Receiver, mobile, order};
use serde_json::json;
use simulators::network::{Network, Options, Settings};
use std::path::PathBuf;

struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        Directory(std::env::temp_dir().join(format!("network-{}", simulators::common::fresh_id())))
    }

    fn options(&self) -> Options {
        Options {
            data: Some(self.0.clone()),
            settings: Settings::by_hand(),
            ..Options::default()
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn orders_services_ledger_and_listeners_survive() {
    let directory = Directory::new();
    let receiver = Receiver::start().await;
    let ended = {
        let net = Net::with(directory.options()).await;
        let callback = json!({ "callback": format!("{}/hooks/network", receiver.origin) });
        net.post("/hub", &callback).send().await.unwrap();
        net.place(&mobile("a", "+4520000001", "8945000000000000001"))
            .await;
        net.network.settle().await;
        let change = json!({ "msisdn": "+4520000001", "status": "suspended" });
        net.place(&order("b", "modify", "mobileSubscription", change))
            .await;
        net.network.settle().await;
        net.place(&mobile("c", "+4520000002", "8945000000000000002"))
            .await;
        net.network.orders_of("a")[0].id.clone()
    };
    let network = Network::open(directory.options()).unwrap();
    assert_eq!(network.hub().listeners().len(), 1);
    assert_eq!(network.order(&ended).unwrap().state.name(), "completed");
    let services = network.services();
    assert_eq!(services.len(), 1);
    assert_eq!(services[0].1.state(), "suspended");
    network.settle().await;
    assert_eq!(
        network.orders_of("c")[0].state.name(),
        "completed",
        "the unfinished one goes on"
    );
    assert_eq!(network.effects(|effect| effect.applied).len(), 3);
}

#[tokio::test]
async fn a_crash_between_effect_and_end_does_not_do_it_again() {
    let directory = Directory::new();
    {
        let net = Net::with(directory.options()).await;
        net.place(&mobile("a", "+4520000001", "8945000000000000001"))
            .await;
        net.network.settle().await;
    }
    // The journal as it was just before the order's last state was written.
    let journal = directory.0.join("network-orders.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.last().unwrap().contains("\"completed\""));
    std::fs::write(
        &journal,
        format!("{}\n", lines[..lines.len() - 1].join("\n")),
    )
    .unwrap();

    let network = Network::open(directory.options()).unwrap();
    assert_eq!(network.orders_of("a")[0].state.name(), "inProgress");
    network.settle().await;
    let order = network.orders_of("a").remove(0);
    assert_eq!(order.state.name(), "completed");
    assert_eq!(
        order.service_order_item[0].service.id,
        Some(network.services()[0].0.clone())
    );
    assert_eq!(network.effects(|_| true).len(), 1);
}
