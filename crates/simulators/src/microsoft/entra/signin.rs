//! Signing a person in with a browser: who is it, is it them, and which of their accounts acts here.
//!
//! The pages post to the address of the flow that asked (authorize or admin consent), so that flow begins anew with
//! every step and nothing is kept between steps but the browser's session and, between password and second step, a
//! ticket.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::response::Response;

use super::admission::{self, Audience};
use super::claims::preferred;
use super::error::AadError;
use super::form::Form;
use super::jws::base64_lenient;
use super::pages::{self, Choice, Frame};
use super::store::{Account, Session, Subject, Ticket, secret};
use crate::microsoft::world::apps::Application;
use crate::microsoft::world::directory::SignInBar;
use crate::microsoft::world::{Tenant, User, World, ids};
use crate::microsoft::{Microsoft, Origin};

/// The cookie of a browser's session.
pub const SESSION_COOKIE: &str = "switchboard_simulator_session";

/// Domains of personal accounts.
const PERSONAL: &[&str] = &[
    "outlook.com",
    "hotmail.com",
    "live.com",
    "live.dk",
    "msn.com",
    "gmail.com",
];

/// What a flow asks of the sign-in.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// Whose accounts will do.
    pub audience: &'a Audience,
    /// The words of `prompt`.
    pub prompt: &'a str,
    /// `login_hint`.
    pub login_hint: Option<&'a str>,
    /// `domain_hint`.
    pub domain_hint: Option<&'a str>,
    /// What the pages show.
    pub frame: Frame,
}

/// How far it came.
#[derive(Debug)]
pub enum Outcome {
    /// A page to show.
    Page(Response),
    /// Somebody signed in, now or before; the cookie to set.
    Signed(Subject, String),
    /// It cannot go on.
    Refused(AadError),
}

/// The value of the session cookie.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, value)| value)
}

/// `Set-Cookie` for a session.
pub fn set_cookie(value: &str, origin: &Origin) -> String {
    let secure = if origin.is_secure() { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

struct Flow<'a> {
    microsoft: &'a Microsoft,
    ask: &'a Ask<'a>,
    session: Option<String>,
    now: i64,
}

/// Takes the sign-in one step further.
pub fn run(microsoft: &Microsoft, ask: &Ask<'_>, headers: &HeaderMap, form: &Form) -> Outcome {
    let known = cookie(headers).map(str::to_owned);
    let session = known.filter(|value| microsoft.entra.store().sessions.contains_key(value));
    let flow = Flow {
        microsoft,
        ask,
        session,
        now: microsoft.world.now().as_second(),
    };
    match form.text("step") {
        "" => flow.begin(),
        "username" => flow.username(form.text("username").trim()),
        "password" => flow.password(form.text("username").trim(), form.text("password")),
        "code" => flow.second_factor(form.text("ticket"), form.text("code")),
        "change" => flow.change(form.text("ticket"), form.text("new")),
        "account" => flow.account(form.text("account"), ask.prompt != "login"),
        "consent" => flow.account(form.text("account"), true),
        _ => flow.ask_username("", None),
    }
}

/// How a form names an account.
pub fn account_value(subject: &Subject) -> String {
    format!("{}/{}", subject.home_tenant, subject.home_user)
}

impl Flow<'_> {
    fn begin(&self) -> Outcome {
        let world = self.microsoft.world.read();
        let hint = self.ask.login_hint.map(plain_hint);
        let mut accounts: Vec<(Account, Choice)> = self
            .accounts(&world)
            .into_iter()
            .filter(|(account, choice)| self.acts_here(&world, account, &choice.detail))
            .collect();
        if let Some(hint) = &hint {
            accounts.retain(|(_, choice)| choice.detail.eq_ignore_ascii_case(hint));
        } else if let Some(domain) = self.ask.domain_hint.filter(|d| d.contains('.')) {
            accounts.retain(|(_, choice)| {
                choice
                    .detail
                    .to_lowercase()
                    .ends_with(&domain.to_lowercase())
            });
        }
        match (self.ask.prompt, accounts.as_slice()) {
            ("none", []) => Outcome::Refused(AadError::new(
                50_058,
                "login_required",
                "A silent sign-in request was sent but no user is signed in.",
            )),
            ("none", [(account, _)]) | ("" | "consent", [(account, _)]) => {
                let account = account.clone();
                drop(world);
                self.signed(&account)
            }
            ("none", _) => Outcome::Refused(AadError::new(
                16_000,
                "interaction_required",
                "User account selection is required: more than one user is signed in and no login_hint was sent.",
            )),
            ("select_account", [_, ..]) | (_, [_, _, ..]) => {
                let choices: Vec<Choice> = accounts.into_iter().map(|(_, choice)| choice).collect();
                Outcome::Page(pages::pick(&self.ask.frame, &choices))
            }
            (_, rest) => {
                let signed_in = rest.first().map(|(_, choice)| choice.detail.clone());
                drop(world);
                match hint.or(signed_in) {
                    Some(name) if self.ask.prompt != "select_account" => self.username(&name),
                    hint => self.ask_username(hint.as_deref().unwrap_or(""), None),
                }
            }
        }
    }

    /// Accounts of the browser's session that still work, with how the picker shows them.
    fn accounts(&self, world: &World) -> Vec<(Account, Choice)> {
        let store = self.microsoft.entra.store();
        let session = self
            .session
            .as_ref()
            .and_then(|value| store.sessions.get(value));
        let accounts = session.into_iter().flat_map(|s| &s.accounts);
        accounts
            .filter_map(|account| {
                let user = world.tenant(&account.tenant)?.users.get(&account.user)?;
                let valid =
                    user.enabled && user.sessions_valid_from.as_second() <= account.auth_time;
                valid.then(|| {
                    let choice = Choice {
                        value: format!("{}/{}", account.tenant, account.user),
                        name: user.display_name.clone(),
                        detail: user.username.clone(),
                    };
                    (account.clone(), choice)
                })
            })
            .collect()
    }

    fn acts_here(&self, world: &World, account: &Account, name: &str) -> bool {
        let Some(tenant) = self.ask.audience.tenant() else {
            return true;
        };
        let tenant = world.tenant(tenant);
        tenant.is_some_and(|t| admission::user_in(t, &account.tenant, &account.user, name).is_ok())
    }

    fn ask_username(&self, hint: &str, error: Option<&str>) -> Outcome {
        let world = self.microsoft.world.read();
        let tenants = world
            .tenants()
            .filter(|t| self.ask.audience.tenant().is_none_or(|id| id == t.id));
        let people: Vec<Choice> = tenants.flat_map(persona_choices).collect();
        Outcome::Page(pages::username(&self.ask.frame, hint, error, &people))
    }

    fn username(&self, name: &str) -> Outcome {
        if name.is_empty() {
            return self.ask_username("", Some("Enter a valid email address."));
        }
        let domain = name
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain)
            .to_lowercase();
        if PERSONAL.contains(&domain.as_str()) {
            return Outcome::Refused(AadError::new(
                500_200,
                "access_denied",
                format!(
                    "User account '{name}' is a personal Microsoft account. Personal Microsoft accounts are not supported for this application unless explicitly invited to an organization. Try signing out and signing back in with an organizational account."
                ),
            ));
        }
        if self.microsoft.world.read().find_by_username(name).is_none() {
            let text =
                "AADSTS50034: We couldn’t find an account with that username. Try another account.";
            return self.ask_username(name, Some(text));
        }
        Outcome::Page(pages::password(&self.ask.frame, name, None))
    }

    fn password(&self, name: &str, password: &str) -> Outcome {
        let world = self.microsoft.world.read();
        let Some((tenant, user)) = world.find_by_username(name) else {
            drop(world);
            return self.username(name);
        };
        if user.password != password {
            let text = "AADSTS50126: Your account or password is incorrect.";
            return Outcome::Page(pages::password(&self.ask.frame, name, Some(text)));
        }
        if let Err(error) = admission::enabled(user) {
            return Outcome::Refused(error);
        }
        let (tenant, user_id, bar) = (tenant.id.clone(), user.id.clone(), user.bar);
        let expired = user.must_change_password || bar == SignInBar::PasswordExpired;
        drop(world);
        if expired || bar == SignInBar::MfaRequired {
            let ticket = secret("ticket");
            let value = Ticket {
                tenant,
                user: user_id,
                auth_time: self.now,
            };
            self.microsoft
                .entra
                .store()
                .tickets
                .insert(ticket.clone(), value);
            return Outcome::Page(if expired {
                pages::new_password(&self.ask.frame, &ticket, None)
            } else {
                pages::second_factor(&self.ask.frame, &ticket, None)
            });
        }
        self.signed(&Account {
            tenant,
            user: user_id,
            auth_time: self.now,
            amr: vec!["pwd"],
        })
    }

    fn second_factor(&self, ticket: &str, code: &str) -> Outcome {
        if code.trim() != "000000" {
            return Outcome::Page(pages::second_factor(
                &self.ask.frame,
                ticket,
                Some("That code didn’t work."),
            ));
        }
        let found = self.microsoft.entra.store().tickets.remove(ticket);
        match found.filter(|t| self.now - t.auth_time < 600) {
            Some(Ticket {
                tenant,
                user,
                auth_time,
            }) => self.signed(&Account {
                tenant,
                user,
                auth_time,
                amr: vec!["pwd", "mfa"],
            }),
            None => self.ask_username("", Some("Your sign-in took too long. Begin again.")),
        }
    }

    fn change(&self, ticket: &str, new: &str) -> Outcome {
        if new.chars().count() < 8 {
            let text = "Choose a password of at least 8 characters.";
            return Outcome::Page(pages::new_password(&self.ask.frame, ticket, Some(text)));
        }
        let found = self.microsoft.entra.store().tickets.remove(ticket);
        let Some(Ticket {
            tenant,
            user,
            auth_time,
        }) = found.filter(|t| self.now - t.auth_time < 600)
        else {
            return self.ask_username("", Some("Your sign-in took too long. Begin again."));
        };
        let changed = self
            .microsoft
            .world
            .write()
            .update_user(&tenant, &user, |user| {
                user.password = new.to_owned();
                user.must_change_password = false;
                if user.bar == SignInBar::PasswordExpired {
                    user.bar = SignInBar::None;
                }
            });
        match changed {
            Ok(()) => self.signed(&Account {
                tenant,
                user,
                auth_time,
                amr: vec!["pwd"],
            }),
            Err(_) => self.ask_username("", Some("The account is gone.")),
        }
    }

    fn account(&self, value: &str, trusted: bool) -> Outcome {
        let world = self.microsoft.world.read();
        let found = self
            .accounts(&world)
            .into_iter()
            .find(|(_, choice)| choice.value == value);
        drop(world);
        match found {
            Some((account, _)) if trusted => self.signed(&account),
            Some((_, choice)) => self.username(&choice.detail),
            None => self.ask_username("", None),
        }
    }

    /// Remembers the account in the browser's session, and finds who it is in the tenant that was asked for.
    fn signed(&self, account: &Account) -> Outcome {
        let world = self.microsoft.world.read();
        let Some((home, user)) = world
            .tenant(&account.tenant)
            .and_then(|t| t.users.get(&account.user).map(|u| (t, u)))
        else {
            drop(world);
            return self.ask_username("", None);
        };
        let tenant = self
            .ask
            .audience
            .tenant()
            .and_then(|id| world.tenant(id))
            .unwrap_or(home);
        let here = match admission::user_in(tenant, &home.id, &user.id, &user.username) {
            Ok(here) => here,
            Err(error) => return Outcome::Refused(error),
        };
        let mut store = self.microsoft.entra.store();
        let value = self.session.clone().unwrap_or_else(|| secret("session"));
        let session = store
            .sessions
            .entry(value.clone())
            .or_insert_with(|| Session {
                sid: ids::random_guid(),
                ..Session::default()
            });
        session
            .accounts
            .retain(|a| a.tenant != account.tenant || a.user != account.user);
        session.accounts.push(account.clone());
        let subject = Subject {
            tenant: tenant.id.clone(),
            user: here.id.clone(),
            home_tenant: home.id.clone(),
            home_user: user.id.clone(),
            auth_time: account.auth_time,
            amr: account.amr.clone(),
            sid: session.sid.clone(),
        };
        Outcome::Signed(subject, value)
    }
}

/// The person behind a subject, with tenant.
pub fn person<'w>(world: &'w World, subject: &Subject) -> Option<(&'w Tenant, &'w User)> {
    let tenant = world.tenant(&subject.tenant)?;
    tenant.users.get(&subject.user).map(|user| (tenant, user))
}

/// What the pages of a flow show.
pub fn frame(world: &World, audience: &Audience, client: &Application, action: String) -> Frame {
    let tenant = audience.tenant().and_then(|id| world.tenant(id));
    Frame {
        action,
        app: client.display_name.clone(),
        tenant: tenant.map(|t| t.display_name.clone()),
    }
}

fn persona_choices(tenant: &Tenant) -> Vec<Choice> {
    let mut people: Vec<&User> = tenant
        .users
        .values()
        .filter(|u| u.persona.is_some())
        .collect();
    people.sort_by_key(|user| user.employee_id.clone());
    people
        .into_iter()
        .map(|user| Choice {
            value: preferred(user).to_owned(),
            name: user.display_name.clone(),
            detail: format!(
                "{} · {}",
                user.username,
                user.job_title.as_deref().unwrap_or("")
            ),
        })
        .collect()
}

/// A login hint in clear: the ID token's `login_hint` claim wraps the name.
fn plain_hint(hint: &str) -> String {
    let wrapped = hint
        .strip_prefix("O.")
        .and_then(base64_lenient)
        .and_then(|b| String::from_utf8(b).ok());
    wrapped.unwrap_or_else(|| hint.to_owned())
}
