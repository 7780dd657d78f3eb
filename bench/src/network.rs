//! Tells the network what it is to have had all along: a demo's lines began before there was a network to begin them.

use crate::history::ActiveLine;
use serde_json::{Value, json};
use std::time::Duration;

/// Places a service order (TM Forum TMF641 v4) for each line. `base` and `token` as in the configuration's `network`.
///
/// # Errors
/// What could not be sent, or was refused.
pub async fn tell(base: &str, token: &str, lines: &[ActiveLine]) -> Result<(), String> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .no_proxy()
        .build()
        .map_err(|error| error.to_string())?;
    let address = format!("{}/serviceOrder", base.trim_end_matches('/'));
    for line in lines {
        let answer = client
            .post(&address)
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(order(line).to_string())
            .send()
            .await
            .map_err(|error| format!("{address}: {error}"))?;
        let status = answer.status();
        if !status.is_success() {
            let said = answer.text().await.unwrap_or_default();
            return Err(format!("{address}: {status} for {}: {said}", line.number));
        }
    }
    Ok(())
}

fn order(line: &ActiveLine) -> Value {
    let text =
        |name: String, value: &str| json!({ "name": name, "valueType": "string", "value": value });
    let mut characteristics = vec![
        text("msisdn".to_owned(), &line.number),
        text("iccid".to_owned(), &line.iccid),
        text("package".to_owned(), line.package),
    ];
    characteristics.extend(
        line.add_ons
            .iter()
            .map(|add_on| text(format!("addOn.{add_on}"), "on")),
    );
    json!({
        "@type": "ServiceOrder",
        "externalId": format!("demo-{}", line.number),
        "serviceOrderItem": [{
            "id": "1",
            "action": "add",
            "service": {
                "serviceSpecification": { "id": "mobileSubscription", "name": "mobileSubscription" },
                "serviceCharacteristic": characteristics,
            },
        }],
    })
}
