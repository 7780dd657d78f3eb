//! A number on its way, made behind the service's back: for tests that are about who may handle it, and not about how it came.

use super::App;
use platform::db::params;
use std::sync::atomic::Ordering;
use uuid::Uuid;

impl App {
    /// A draft about a number of its own, that seems to belong to this order.
    pub async fn fresh_port(&self, order: Uuid, with_consent: bool) -> Uuid {
        let ids = &self.service.ids;
        let (port, item) = (ids.uuid(), ids.uuid());
        let number = format!("+4540{:06}", self.keys.fetch_add(1, Ordering::SeqCst));
        let mut tx = self.db().begin().await.expect("a transaction");
        tx.execute(
            "INSERT INTO ports (id, organisation, order_id, order_number, item, subscription, person, requested_by, handled_with,
               number, kind, donor, owner_name, state, attempt, tries, created_at, version)
             SELECT ?2, o.organisation, o.id, o.number, ?3, i.subscription, i.person, o.requested_by, 'orderPeopleItems',
               ?4, 'mobile', 'Fjordtel', 'Ejer og Søn', 'draft', 1, 0, ?5, 1
             FROM orders o JOIN order_items i ON i.order_id = o.id AND i.position = 0 WHERE o.id = ?1",
            params![order, port, item, number, ids.now()],
        )
        .await
        .expect("a case");
        if with_consent {
            let sealed = self
                .sealer
                .seal(port.as_bytes(), b"%PDF-1.7")
                .expect("sealed");
            tx.execute(
                "INSERT INTO port_consents (port, organisation, media_type, size, document, added_by, added_at)
                 SELECT id, organisation, 'application/pdf', 8, ?2, requested_by, created_at FROM ports WHERE id = ?1",
                params![port, sealed],
            )
            .await
            .expect("a consent");
        }
        tx.commit().await.expect("it is there");
        port
    }
}
