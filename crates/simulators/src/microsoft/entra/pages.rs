//! The pages of signing in, consenting and signing out: plain forms, no scripts but the one of `form_post`.

use std::fmt::Write as _;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::error::{AadError, Ids};
use crate::common::html::escape;

/// A name to choose from.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// The person's name.
    pub name: String,
    /// What stands below it.
    pub detail: String,
}

/// What every page of a flow shows.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where forms are sent: the address of the flow with its query.
    pub action: String,
    /// The application's name.
    pub app: String,
    /// The tenant's name, or none while any tenant will do.
    pub tenant: Option<String>,
}

/// Asks for the name.
pub fn username(frame: &Frame, hint: &str, error: Option<&str>, people: &[Choice]) -> Response {
    let mut body = String::from("<h1>Sign in</h1>");
    let _ = write!(
        body,
        "<p class=\"to\">to continue to {}</p>{}",
        escape(&frame.app),
        alert(error)
    );
    let _ = write!(
        body,
        "<form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"step\" value=\"username\">\
         <label for=\"username\">Email address</label>\
         <input id=\"username\" name=\"username\" type=\"text\" inputmode=\"email\" autocomplete=\"username\" \
         autocapitalize=\"off\" spellcheck=\"false\" value=\"{hint}\" autofocus{invalid}>\
         <div class=\"buttons\"><button class=\"primary\" type=\"submit\">Next</button></div></form>",
        action = escape(&frame.action),
        hint = escape(hint),
        invalid = if error.is_some() {
            " aria-invalid=\"true\" aria-describedby=\"problem\""
        } else {
            ""
        },
    );
    if !people.is_empty() {
        body.push_str("<h2>People of this world</h2>");
        body.push_str(&choices(frame, "username", "username", people));
    }
    page(StatusCode::OK, "Sign in", frame, &body)
}

/// Asks for the password.
pub fn password(frame: &Frame, username: &str, error: Option<&str>) -> Response {
    let body = format!(
        "<p class=\"who\">{username}</p><h1>Enter password</h1>{alert}\
         <form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"step\" value=\"password\">\
         <input type=\"hidden\" name=\"username\" autocomplete=\"username\" value=\"{username}\">\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" autofocus required{invalid}>\
         <div class=\"buttons\"><button class=\"primary\" type=\"submit\">Sign in</button></div></form>{other}",
        username = escape(username),
        alert = alert(error),
        action = escape(&frame.action),
        invalid = if error.is_some() {
            " aria-invalid=\"true\" aria-describedby=\"problem\""
        } else {
            ""
        },
        other = other(frame),
    );
    page(StatusCode::OK, "Enter password", frame, &body)
}

/// Lets the person choose among the accounts that are signed in.
pub fn pick(frame: &Frame, accounts: &[Choice]) -> Response {
    let body = format!(
        "<h1>Pick an account</h1>{}{}",
        choices(frame, "account", "account", accounts),
        other(frame)
    );
    page(StatusCode::OK, "Pick an account", frame, &body)
}

/// Asks for the second factor.
pub fn second_factor(frame: &Frame, ticket: &str, error: Option<&str>) -> Response {
    let body = format!(
        "<h1>Enter code</h1><p>Your organisation asks for a second proof. The code of this simulator is always \
         <strong>000000</strong>.</p>{alert}\
         <form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"step\" value=\"code\">\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\"><label for=\"code\">Code</label>\
         <input id=\"code\" name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" autofocus required>\
         <div class=\"buttons\"><button class=\"primary\" type=\"submit\">Verify</button></div></form>",
        alert = alert(error),
        action = escape(&frame.action),
        ticket = escape(ticket),
    );
    page(StatusCode::OK, "Enter code", frame, &body)
}

/// Asks for a new password in place of an expired one.
pub fn new_password(frame: &Frame, ticket: &str, error: Option<&str>) -> Response {
    let body = format!(
        "<h1>Update your password</h1><p>You need to update your password because this is the first time you are \
         signing in, or because your password has expired.</p>{alert}\
         <form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"step\" value=\"change\">\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\"><label for=\"new\">New password</label>\
         <input id=\"new\" name=\"new\" type=\"password\" autocomplete=\"new-password\" minlength=\"8\" autofocus required>\
         <div class=\"buttons\"><button class=\"primary\" type=\"submit\">Sign in</button></div></form>",
        alert = alert(error),
        action = escape(&frame.action),
        ticket = escape(ticket),
    );
    page(StatusCode::OK, "Update your password", frame, &body)
}

/// Asks for consent. `account` is sent back with the decision.
pub fn consent(
    frame: &Frame,
    who: &str,
    account: &str,
    whole_tenant: bool,
    permissions: &[String],
) -> Response {
    let mut list = String::new();
    for permission in permissions {
        let _ = write!(list, "<li>{}</li>", escape(permission));
    }
    let scope = if whole_tenant {
        "<p>If you accept, this application gets access to the specified resources for all users in your organisation. \
         No one else will be prompted to review these permissions.</p>"
    } else {
        "<p>Accepting these permissions means that you allow this application to use your data as described.</p>"
    };
    let body = format!(
        "<p class=\"who\">{who}</p><h1>Permissions requested</h1><p><strong>{app}</strong>{tenant}</p>\
         <p>This application would like to:</p><ul>{list}</ul>{scope}\
         <form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"step\" value=\"consent\">\
         <input type=\"hidden\" name=\"account\" value=\"{account}\"><div class=\"buttons\">\
         <button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"primary\" type=\"submit\" name=\"decision\" value=\"accept\">Accept</button></div></form>",
        who = escape(who),
        app = escape(&frame.app),
        tenant = frame
            .tenant
            .as_ref()
            .map(|t| format!(" in {}", escape(t)))
            .unwrap_or_default(),
        action = escape(&frame.action),
        account = escape(account),
    );
    page(StatusCode::OK, "Permissions requested", frame, &body)
}

/// Says what went wrong where the browser cannot be sent back, or where only the person can do something about it.
pub fn failure(frame: &Frame, error: &AadError, ids: &Ids, back: Option<&str>) -> Response {
    let title = match error.number {
        90_094 => "Need admin approval",
        500_200 | 50_020 | 50_105 | 50_057 | 53_003 => "You cannot sign in here",
        _ => "Sorry, but we’re having trouble signing you in.",
    };
    let mut links = String::new();
    if frame.action.contains('?') {
        links.push_str(&other(frame));
    }
    if let Some(back) = back {
        let _ = write!(
            links,
            "<p><a href=\"{}\">Return to the application without signing in</a></p>",
            escape(back)
        );
    }
    let body = format!(
        "<h1>{title}</h1><p role=\"alert\" id=\"problem\">AADSTS{number}: {message}</p>{links}\
         <h2>Troubleshooting details</h2><dl><dt>Trace ID</dt><dd>{trace}</dd><dt>Correlation ID</dt><dd>{correlation}</dd>\
         <dt>Timestamp</dt><dd>{timestamp}</dd></dl>",
        number = error.number,
        message = escape(&error.message),
        trace = escape(&ids.trace),
        correlation = escape(&ids.correlation),
        timestamp = escape(&ids.timestamp),
    );
    page(StatusCode::BAD_REQUEST, "Sign-in problem", frame, &body)
}

/// Says that the person is signed out; `frames` are told so too, then the browser goes to `next`.
pub fn signed_out(frames: &[String], next: Option<&str>) -> Response {
    let mut body = String::from(
        "<h1>You signed out of your account</h1><p>It’s a good idea to close all browser windows.</p>",
    );
    for address in frames {
        let _ = write!(
            body,
            "<iframe hidden title=\"Sign-out of an application\" src=\"{}\"></iframe>",
            escape(address)
        );
    }
    if let Some(next) = next {
        let next = escape(next);
        let _ = write!(
            body,
            "<p><a href=\"{next}\">Continue</a></p><meta http-equiv=\"refresh\" content=\"1;url={next}\">"
        );
    }
    let frame = Frame {
        action: String::new(),
        app: String::new(),
        tenant: None,
    };
    page(StatusCode::OK, "Signed out", &frame, &body)
}

/// A form that posts itself to the application (`response_mode=form_post`).
pub fn form_post(target: &str, parameters: &[(&str, String)]) -> Response {
    let mut fields = String::new();
    for (name, value) in parameters {
        let _ = write!(
            fields,
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(name),
            escape(value)
        );
    }
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Working...</title></head>\
         <body><form method=\"post\" action=\"{}\">{fields}<noscript><button type=\"submit\">Continue</button></noscript>\
         </form><script>document.forms[0].submit()</script></body></html>\n",
        escape(target)
    );
    unframed(Html(html).into_response())
}

fn alert(error: Option<&str>) -> String {
    error
        .map(|text| {
            format!(
                "<p class=\"problem\" role=\"alert\" id=\"problem\">{}</p>",
                escape(text)
            )
        })
        .unwrap_or_default()
}

fn other(frame: &Frame) -> String {
    format!(
        "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"step\" value=\"other\">\
         <button class=\"link\" type=\"submit\">Use another account</button></form>",
        escape(&frame.action)
    )
}

fn choices(frame: &Frame, step: &str, field: &str, choices: &[Choice]) -> String {
    let mut html = format!(
        "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"step\" value=\"{step}\"><ul class=\"people\">",
        escape(&frame.action)
    );
    for choice in choices {
        let _ = write!(
            html,
            "<li><button type=\"submit\" name=\"{field}\" value=\"{}\"><strong>{}</strong><span>{}</span></button></li>",
            escape(&choice.value),
            escape(&choice.name),
            escape(&choice.detail)
        );
    }
    html.push_str("</ul></form>");
    html
}

fn page(status: StatusCode, title: &str, frame: &Frame, body: &str) -> Response {
    let place = frame.tenant.as_deref().unwrap_or("Work or school account");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head>\n<body><main><p class=\"brand\"><span aria-hidden=\"true\" class=\"mark\"></span>\
         {place}</p>{body}</main><footer>Sign-in simulator. Everybody’s password is <code>Demo-2026!</code></footer>\
         </body></html>\n",
        title = escape(title),
        place = escape(place),
    );
    unframed((status, Html(html)).into_response())
}

/// A sign-in page is never framed and never kept.
fn unframed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-cache"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

const STYLE: &str = ":root{color-scheme:light dark;font:15px/1.45 'Segoe UI',system-ui,sans-serif}\
    *{box-sizing:border-box}body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;\
    justify-content:center;gap:1rem;padding:1rem;background:#f2f2f2;color:#1b1b1b}\
    main{background:#fff;width:100%;max-width:27.5rem;padding:2.75rem;box-shadow:0 2px 6px #0003}\
    h1{font-size:1.5rem;font-weight:600;margin:.75rem 0}h2{font-size:.95rem;font-weight:600;margin:1.5rem 0 .25rem}\
    p{margin:.5rem 0}.brand{display:flex;gap:.5rem;align-items:center;font-weight:600;color:#5a5a5a;margin:0 0 1rem}\
    .mark{width:1.1rem;height:1.1rem;background:linear-gradient(135deg,#0067b8 50%,#00a4ef 50%)}\
    .who,.to{color:#5a5a5a;margin:0;overflow-wrap:anywhere}.problem{color:#b50e0e}\
    label{display:block;margin:.5rem 0 .25rem}\
    input:not([type=hidden]){width:100%;font:inherit;padding:.4rem 0;border:0;border-bottom:1px solid #666;background:transparent;color:inherit}\
    input:focus{border-color:#0067b8}:focus-visible{outline:2px solid #0067b8;outline-offset:2px}\
    .buttons{display:flex;justify-content:flex-end;gap:.5rem;margin-top:1.5rem}\
    button{font:inherit;min-height:2rem;padding:.25rem .9rem;border:0;background:#ccc;color:#000;cursor:pointer}\
    button.primary{background:#0067b8;color:#fff;min-width:7rem}\
    button.link{background:none;color:#0067b8;padding:.25rem 0;margin-top:1rem}\
    .people{list-style:none;margin:.25rem -2.75rem 0;padding:0;max-height:19rem;overflow-y:auto}\
    .people button{width:100%;text-align:left;background:none;color:inherit;padding:.5rem 2.75rem;display:block}\
    .people button:hover{background:#8882}.people span{display:block;color:#5a5a5a;font-size:.85rem}\
    dl{font-size:.85rem;color:#5a5a5a}dt{font-weight:600}dd{margin:0 0 .25rem;overflow-wrap:anywhere}\
    footer{font-size:.85rem;color:#5a5a5a}a{color:#0067b8}\
    @media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#f2f2f2}main{background:#292929}\
    .brand,.who,.to,.people span,dl,footer{color:#c8c8c8}.problem{color:#ff9d9d}a,button.link{color:#6cb8f6}\
    button.primary{background:#2b88d8;color:#000}button{background:#555;color:#fff}}\
    @media(max-width:36rem){main{padding:1.5rem}.people{margin:.25rem -1.5rem 0}.people button{padding:.5rem 1.5rem}}";
