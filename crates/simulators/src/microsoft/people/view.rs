//! The HTML of the directory administration.

use std::fmt::Write as _;

use super::Asked;
use crate::common::html::{escape, page, table};
use crate::microsoft::control::people::Change;
use crate::microsoft::world::{DEMO_PASSWORD, Tenant, User, UserType, World, plans};

const STYLE: &str = "<style>form.person{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.75rem}\
    label{display:block}input[type=text],input[type=search]{font:inherit;width:100%;box-sizing:border-box;padding:.35rem}\
    fieldset{grid-column:1/-1;border:1px solid #8885}button{font:inherit;padding:.35rem .9rem}\
    .buttons{display:flex;gap:.5rem;flex-wrap:wrap;grid-column:1/-1}\
    .search{display:flex;gap:.75rem;align-items:center;max-width:45rem}.search label,.search button{white-space:nowrap}\
    main{overflow-x:auto}th,td{overflow-wrap:normal}\
    .pages{display:flex;gap:1rem}</style>";

/// The tenants.
pub fn overview(world: &World) -> String {
    let rows = world.tenants().map(|tenant| {
        let persons = tenant
            .users
            .values()
            .filter(|u| u.user_type == UserType::Member && !u.is_resource_account);
        vec![
            link(
                &format!("/_simulator/directory/{}", tenant.id),
                &tenant.display_name,
            ),
            escape(tenant.default_domain()),
            persons.count().to_string(),
            tenant
                .users
                .values()
                .filter(|u| u.voice_ready())
                .count()
                .to_string(),
            tenant.numbers.len().to_string(),
            tenant
                .numbers
                .values()
                .filter(|n| n.target.is_some())
                .count()
                .to_string(),
            format!("<code>{}</code>", escape(&tenant.id)),
        ]
    });
    let body = format!(
        "<p>This stands in for Microsoft Entra and Graph. Everybody’s password is <code>{DEMO_PASSWORD}</code>; \
         who plays which role is in <a href=\"/_simulator/personas\">personas</a>. \
         <a href=\"/_simulator/teams-host\">Teams</a> shows the portal as a tab.</p>{}\
         <p>Other switches: <a href=\"/_simulator/clock\">clock</a>, <a href=\"/_simulator/keys\">signing keys</a>, \
         <a href=\"/_simulator/apps\">applications</a>, <a href=\"/_simulator/faults\">faults</a>, \
         <a href=\"/_simulator/ca.pem\">certificate authority</a>.</p>",
        table(
            &[
                "Organisation",
                "Domain",
                "People",
                "Ready for telephony",
                "Numbers",
                "Assigned",
                "Tenant"
            ],
            rows
        )
    );
    page("Directories", &body)
}

/// The people of a tenant.
pub fn list(
    tenant: &Tenant,
    asked: &Asked,
    people: &[(&Tenant, &User)],
    size: usize,
    problem: Option<(&Change, &str)>,
) -> String {
    let pages = people.len().div_ceil(size).max(1);
    let current = asked.page.clamp(1, pages);
    let rows = people
        .iter()
        .skip((current - 1) * size)
        .take(size)
        .map(|(_, user)| {
            vec![
                link(
                    &format!("/_simulator/directory/{}/{}", tenant.id, user.id),
                    &user.display_name,
                ),
                escape(&user.username),
                escape(user.job_title.as_deref().unwrap_or("")),
                escape(user.department.as_deref().unwrap_or("")),
                escape(&licence_names(user).join(", ")),
                escape(&numbers(tenant, user).join(", ")),
                state(user).to_owned(),
            ]
        });
    let mut body = format!(
        "{STYLE}<nav aria-label=\"Path\"><a href=\"/_simulator/\">Directories</a></nav>{done}\
         <form class=\"search\" role=\"search\"><input type=\"search\" name=\"q\" aria-label=\"Search people\" value=\"{q}\" placeholder=\"Name, title, department or number\">\
         <label><input type=\"checkbox\" name=\"deleted\" value=\"true\"{bin}> Recycle bin</label>\
         <button type=\"submit\">Search</button></form>\
         <p>{count} people{shown}. <a href=\"#add\">Add a person</a></p>{table}",
        done = status(&asked.done),
        q = escape(&asked.q),
        bin = if asked.deleted { " checked" } else { "" },
        count = people.len(),
        shown = if pages > 1 {
            format!(", page {current} of {pages}")
        } else {
            String::new()
        },
        table = table(
            &[
                "Name",
                "Sign-in name",
                "Title",
                "Department",
                "Licences",
                "Number",
                "State"
            ],
            rows
        ),
    );
    if pages > 1 {
        body.push_str("<nav class=\"pages\" aria-label=\"Pages\">");
        for (number, text) in [(current - 1, "Previous"), (current + 1, "Next")] {
            if (1..=pages).contains(&number) {
                let query = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("q", &asked.q)
                    .append_pair("deleted", if asked.deleted { "true" } else { "false" })
                    .append_pair("page", &number.to_string())
                    .finish();
                body.push_str(&link(
                    &format!("/_simulator/directory/{}?{query}", tenant.id),
                    text,
                ));
            }
        }
        body.push_str("</nav>");
    }
    let empty = Change::default();
    let (given, text) = problem.map_or((&empty, None), |(change, text)| (change, Some(text)));
    let _ = write!(
        body,
        "<h2 id=\"add\">Add a person</h2>{alert}<form class=\"person\" method=\"post\" action=\"/_simulator/directory/{id}\">{fields}\
         <fieldset><legend>Licences</legend>{licences}</fieldset><input type=\"hidden\" name=\"licences\" value=\"1\">\
         <div class=\"buttons\"><button type=\"submit\">Add</button></div></form>",
        alert = alert(text),
        id = tenant.id,
        fields = fields(&[
            ("givenName", "First name", given.given_name.as_deref()),
            ("surname", "Last name", given.surname.as_deref()),
            (
                "username",
                "Sign-in name (made of the name when empty)",
                given.username.as_deref()
            ),
            ("jobTitle", "Title", given.job_title.as_deref()),
            ("department", "Department", given.department.as_deref()),
            ("officeLocation", "Office", given.office_location.as_deref()),
            ("mobilePhone", "Mobile phone", given.mobile_phone.as_deref()),
        ]),
        licences = licence_boxes(tenant, &[plans::E5.to_owned()]),
    );
    page(&tenant.display_name, &body)
}

/// One person.
pub fn person(tenant: &Tenant, user: &User, done: &str, problem: Option<&str>) -> String {
    let deleted = user.deleted.is_some();
    let plan_names: Vec<&str> = user
        .plans
        .iter()
        .filter_map(|p| plans::plan(&p.plan_id).map(|p| p.name))
        .collect();
    let licences: Vec<String> = user.licences.iter().map(|l| l.sku_id.clone()).collect();
    let groups = tenant.groups.values().filter(|group| {
        let member = (crate::microsoft::world::ObjectKind::User, user.id.clone());
        group.members.contains(&member)
    });
    let groups: Vec<String> = groups.map(|g| escape(&g.display_name)).collect();
    let facts = table(
        &["Fact", "Value"],
        [
            ("State", state(user).to_owned()),
            ("Object id", format!("<code>{}</code>", escape(&user.id))),
            ("Kind", user.user_type.as_str().to_owned()),
            ("Numbers", escape(&numbers(tenant, user).join(", "))),
            ("Service plans", escape(&plan_names.join(", "))),
            (
                "Ready for telephony",
                if user.voice_ready() { "Yes" } else { "No" }.to_owned(),
            ),
            ("Groups", groups.join(", ")),
            ("Directory roles", escape(&user.directory_roles.join(", "))),
        ]
        .into_iter()
        .map(|(name, value)| vec![name.to_owned(), value]),
    );
    let action = format!("/_simulator/directory/{}/{}", tenant.id, user.id);
    let mut body = format!(
        "{STYLE}<nav aria-label=\"Path\"><a href=\"/_simulator/\">Directories</a> / {back}</nav>{done}{alert}{facts}",
        back = link(
            &format!("/_simulator/directory/{}", tenant.id),
            &tenant.display_name
        ),
        done = status(done),
        alert = alert(problem),
    );
    if !deleted {
        let _ = write!(
            body,
            "<h2>Change</h2><form class=\"person\" method=\"post\" action=\"{action}\">{fields}\
             <fieldset><legend>Licences</legend>{licences}</fieldset><input type=\"hidden\" name=\"licences\" value=\"1\">\
             <div class=\"buttons\"><button type=\"submit\" name=\"action\" value=\"save\">Save</button></div></form>",
            fields = fields(&[
                ("displayName", "Display name", Some(&user.display_name)),
                ("givenName", "First name", user.given_name.as_deref()),
                ("surname", "Last name", user.surname.as_deref()),
                ("username", "Sign-in name", Some(&user.username)),
                ("jobTitle", "Title", user.job_title.as_deref()),
                ("department", "Department", user.department.as_deref()),
                ("officeLocation", "Office", user.office_location.as_deref()),
                ("mobilePhone", "Mobile phone", user.mobile_phone.as_deref()),
            ]),
            licences = licence_boxes(tenant, &licences),
        );
    }
    let buttons: &[(&str, &str)] = match (deleted, user.enabled) {
        (true, _) => &[("restore", "Restore"), ("purge", "Delete for good")],
        (false, true) => &[("disable", "Disable"), ("delete", "Delete")],
        (false, false) => &[("enable", "Enable"), ("delete", "Delete")],
    };
    let _ = write!(
        body,
        "<h2>Account</h2><form class=\"buttons\" method=\"post\" action=\"{action}\">"
    );
    for (value, text) in buttons {
        let _ = write!(
            body,
            "<button type=\"submit\" name=\"action\" value=\"{value}\">{text}</button>"
        );
    }
    body.push_str("</form>");
    page(&user.display_name, &body)
}

fn fields(fields: &[(&str, &str, Option<&str>)]) -> String {
    let mut html = String::new();
    for (name, label, value) in fields {
        let _ = write!(
            html,
            "<label>{} <input type=\"text\" name=\"{name}\" value=\"{}\"></label>",
            escape(label),
            escape(value.unwrap_or(""))
        );
    }
    html
}

fn licence_boxes(tenant: &Tenant, ticked: &[String]) -> String {
    let mut html = String::new();
    for owned in &tenant.skus {
        let Some(sku) = plans::find_sku(&owned.sku_id) else {
            continue;
        };
        let checked = if ticked.contains(&owned.sku_id) {
            " checked"
        } else {
            ""
        };
        let names: Vec<&str> = sku
            .plans()
            .map(|plan| plan.name)
            .filter(|name| name.starts_with("TEAMS") || name.starts_with("MCOEV"))
            .collect();
        let _ = write!(
            html,
            "<label><input type=\"checkbox\" name=\"licence\" value=\"{}\"{checked}> {} ({}; {} of {} taken)</label>",
            escape(sku.id),
            escape(sku.name),
            if names.is_empty() {
                "no voice".to_owned()
            } else {
                escape(&names.join(", "))
            },
            tenant.consumed_units(sku.id),
            owned.enabled
        );
    }
    html
}

fn licence_names(user: &User) -> Vec<String> {
    let skus = user
        .licences
        .iter()
        .filter_map(|l| plans::find_sku(&l.sku_id));
    skus.map(|sku| sku.name.to_owned()).collect()
}

fn numbers(tenant: &Tenant, user: &User) -> Vec<String> {
    let lines = tenant
        .numbers
        .values()
        .filter(|line| line.target.as_deref() == Some(user.id.as_str()));
    lines.map(|line| line.number.clone()).collect()
}

fn state(user: &User) -> &'static str {
    match (user.deleted.is_some(), user.enabled) {
        (true, _) => "<span class=\"bad\">Deleted</span>",
        (false, false) => "<span class=\"bad\">Disabled</span>",
        (false, true) => "<span class=\"good\">Active</span>",
    }
}

fn link(to: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(to), escape(text))
}

fn status(done: &str) -> String {
    if done.is_empty() {
        String::new()
    } else {
        format!("<p class=\"good\" role=\"status\">{}</p>", escape(done))
    }
}

fn alert(problem: Option<&str>) -> String {
    problem
        .map(|text| format!("<p class=\"bad\" role=\"alert\">{}</p>", escape(text)))
        .unwrap_or_default()
}
