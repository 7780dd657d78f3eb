//! A browser that follows the sign-in pages: cookies, forms, and where it is sent in the end.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{RequestBuilder, Response};
use simulators::microsoft::world::DEMO_PASSWORD;

use super::Sim;

/// A browser with a cookie jar for one origin.
pub struct Browser<'a> {
    sim: &'a Sim,
    cookies: BTreeMap<String, String>,
}

/// What a browser shows, or where it was sent.
#[derive(Debug)]
pub struct View {
    /// The status.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// The page.
    pub html: String,
}

impl View {
    /// The parameters of the address the browser was sent to.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        parameters(
            self.location
                .as_deref()
                .unwrap_or_else(|| panic!("no redirect: {}", self.html)),
        )
    }

    /// Where the page's first form posts to.
    fn action(&self) -> String {
        let after = self.html.split("action=\"").nth(1).expect("a form");
        after.split('"').next().unwrap().replace("&amp;", "&")
    }

    /// The value of a named field of the page.
    pub fn field(&self, name: &str) -> String {
        let after = self
            .html
            .split(&format!("name=\"{name}\" "))
            .nth(1)
            .expect("the field");
        let value = after.split("value=\"").nth(1).unwrap();
        value.split('"').next().unwrap().replace("&amp;", "&")
    }
}

/// The parameters after `?` or `#`.
pub fn parameters(address: &str) -> BTreeMap<String, String> {
    let (_, query) = address.split_once(['?', '#']).unwrap_or((address, ""));
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

impl<'a> Browser<'a> {
    /// A browser without cookies.
    pub fn new(sim: &'a Sim) -> Browser<'a> {
        Browser {
            sim,
            cookies: BTreeMap::new(),
        }
    }

    /// Opens an address of the simulator.
    pub async fn open(&mut self, path: &str) -> View {
        let request = self.sim.http.get(self.sim.url(path));
        self.send(request).await
    }

    /// Submits the page's form.
    pub async fn submit(&mut self, view: &View, fields: &[(&str, &str)]) -> View {
        let request = self
            .sim
            .http
            .post(self.sim.url(&view.action()))
            .form(fields);
        self.send(request).await
    }

    /// Goes through the name and the password.
    pub async fn sign_in(&mut self, view: &View, username: &str) -> View {
        let view = self
            .submit(view, &[("step", "username"), ("username", username)])
            .await;
        assert!(view.html.contains("Enter password"), "{}", view.html);
        self.password(&view, username, DEMO_PASSWORD).await
    }

    /// Gives a password.
    pub async fn password(&mut self, view: &View, username: &str, password: &str) -> View {
        self.submit(
            view,
            &[
                ("step", "password"),
                ("username", username),
                ("password", password),
            ],
        )
        .await
    }

    async fn send(&mut self, request: RequestBuilder) -> View {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = if cookies.is_empty() {
            request
        } else {
            request.header(COOKIE, cookies.join("; "))
        };
        let response = request.send().await.unwrap();
        self.keep(&response);
        View {
            status: response.status().as_u16(),
            location: response
                .headers()
                .get(LOCATION)
                .map(|v| v.to_str().unwrap().to_owned()),
            html: response.text().await.unwrap(),
        }
    }

    fn keep(&mut self, response: &Response) {
        for line in response.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
