//! HTML documents: the only answers that may run anything, and the only ones with a Content-Security-Policy that lets them.
//! Every other answer gets one that allows nothing (see [`super::request`]).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::Url;

/// Who may show a document in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Nobody: sign-in results, errors, whatever a click could be stolen from.
    Nobody,
    /// Teams and the other Microsoft 365 hosts: the document of the tab.
    Hosts,
}

/// Microsoft's hosts of tabs (Teams developer documentation, tab requirements).
const HOSTS: &str = "https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft \
    https://*.microsoft365.com https://*.office.com https://outlook.office.com https://outlook.office365.com \
    https://outlook-sdf.office.com https://outlook-sdf.office365.com";

/// What stands in a document where the nonce of its styles belongs.
pub const NONCE_MARK: &str = "__CSP_NONCE__";

/// Answers with documents, each with its own nonce.
#[derive(Clone, Debug)]
pub struct DocumentPolicy {
    hosts: String,
}

impl DocumentPolicy {
    /// `extra_hosts` are origins besides Microsoft's that may frame the tab (a development host; none in production).
    pub fn new(extra_hosts: &[Url]) -> Self {
        let mut hosts = format!("'self' {HOSTS}");
        for host in extra_hosts {
            hosts.push(' ');
            hosts.push_str(&host.origin().ascii_serialization());
        }
        DocumentPolicy { hosts }
    }

    /// Answers with `html`, in which every [`NONCE_MARK`] becomes a fresh nonce.
    pub fn answer(&self, status: StatusCode, html: &str, framing: Framing) -> Response {
        let nonce = STANDARD.encode(rand::random::<[u8; 18]>());
        let mut response = (status, html.replace(NONCE_MARK, &nonce)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(policy) = HeaderValue::from_str(&self.policy(&nonce, framing)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    fn policy(&self, nonce: &str, framing: Framing) -> String {
        let ancestors = match framing {
            Framing::Nobody => "'none'",
            Framing::Hosts => &self.hosts,
        };
        // The one foreign address is where the Teams library asks for its list of hosts. No text becomes markup or script, whoever
        // tries (W3C Trusted Types): nothing of ours does, and nothing that we use.
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self' https://res.cdn.office.net; manifest-src 'self'; base-uri 'none'; \
             form-action 'self'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; \
             frame-ancestors {ancestors}"
        )
    }
}

/// Text that stands between tags or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn each_document_has_its_own_nonce_and_says_who_may_frame_it() {
        let policy = DocumentPolicy::new(&["http://localhost:8081/host".parse().unwrap()]);
        let read = async |framing| {
            let response =
                policy.answer(StatusCode::OK, "<style nonce=\"__CSP_NONCE__\">", framing);
            let header = response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .to_owned();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (header, String::from_utf8(body.to_vec()).unwrap())
        };
        let (tab, body) = read(Framing::Hosts).await;
        let nonce = body.split('"').nth(1).unwrap();
        assert!(tab.contains(&format!("'nonce-{nonce}'")) && !tab.contains("unsafe"));
        assert!(tab.contains("require-trusted-types-for 'script'; trusted-types 'none'"));
        assert!(
            tab.contains("https://teams.microsoft.com") && tab.ends_with("http://localhost:8081")
        );
        let (page, other) = read(Framing::Nobody).await;
        assert!(page.ends_with("frame-ancestors 'none'"));
        assert_ne!(body, other);
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escape("<b a=\"x\">'&"),
            "&lt;b a=&quot;x&quot;&gt;&#39;&amp;"
        );
    }
}
