//! Who sells in the tests, and what the documents look like.

use domain::billing::{Document, Issuer, Party, ports::Renderer};
use platform::i18n::Language;
use std::sync::{Arc, Condvar, Mutex};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Documents that say which they are. Making them can be held up.
#[derive(Default)]
pub(crate) struct Paper {
    /// Who is told of each document that is begun, while they are held up.
    begun: Mutex<Option<UnboundedSender<()>>>,
    let_go: Condvar,
}

impl Paper {
    /// From now on every document that is begun waits, until what is given is dropped.
    pub(crate) fn hold(self: &Arc<Paper>) -> Held {
        let (tell, begun) = unbounded_channel();
        *self.begun.lock().unwrap() = Some(tell);
        Held {
            paper: self.clone(),
            begun,
        }
    }

    fn wait(&self) {
        let begun = self.begun.lock().unwrap();
        if let Some(begun) = begun.as_ref() {
            begun.send(()).ok();
        }
        drop(self.let_go.wait_while(begun, |begun| begun.is_some()));
    }
}

pub(crate) struct Held {
    paper: Arc<Paper>,
    /// Hears of each document that is begun.
    pub(crate) begun: UnboundedReceiver<()>,
}

impl Drop for Held {
    fn drop(&mut self) {
        *self.paper.begun.lock().unwrap() = None;
        self.paper.let_go.notify_all();
    }
}

impl Renderer for Paper {
    fn ubl(&self, document: &Document) -> platform::Result<Vec<u8>> {
        self.wait();
        Ok(format!("ubl {}", document.number).into_bytes())
    }

    fn pdf(&self, document: &Document, language: Language) -> platform::Result<Vec<u8>> {
        self.wait();
        Ok(format!("pdf {} {language}", document.number).into_bytes())
    }
}

pub(super) fn issuer() -> Issuer {
    Issuer {
        seller: Party {
            name: "Nordtel A/S".into(),
            cvr: "12345674".into(),
            street: "Telegrafvej 5".into(),
            postal_code: "2750".into(),
            city: "Ballerup".into(),
            country: "DK".into(),
            gln: None,
            email: None,
        },
        registration: "9570".into(),
        account: "0012345678".into(),
        payment_days: 30,
        prefix: String::new(),
        close_day: 3,
        portal: "https://portal.example/".parse().unwrap(),
    }
}
