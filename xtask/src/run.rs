//! `make run`: one command from a clone to a portal one can sign in to.

use crate::{needs, shell, web, world};
use std::path::PathBuf;

fn data() -> PathBuf {
    shell::root().join("data")
}

pub fn run(words: &[String]) -> Result<(), String> {
    if let Some(word) = words.first() {
        return Err(format!("run takes no further words (this was `{word}`)"));
    }
    needs::to_build()?;
    world::ports_are_free()?;
    // Side by side: npm mostly waits for disk and network while cargo computes.
    let client = std::thread::spawn(web::install_and_build);
    let programs = world::build();
    client
        .join()
        .map_err(|_| "building the web client panicked".to_owned())??;
    programs?;
    let mut world = world::World::start(&data())?;
    println!("{}", welcome());
    while !shell::interrupted() {
        world.check()?;
        shell::pause();
    }
    println!("\nstopping");
    Ok(())
}

fn welcome() -> String {
    let people = world::get(world::MICROSOFT, "/_simulator/personas")
        .map(|(_, body)| people(&body))
        .unwrap_or_default();
    format!(
        "
  Switchboard      http://localhost:{portal}
  directory        http://localhost:{microsoft}  (the Microsoft simulator's pages and controls)
  in Teams         http://localhost:{microsoft}/_simulator/teams-host
  network, mail    http://localhost:{outside}
  logs             data/logs

{people}
  docs/demo.md says what each of them may do and see. Ctrl-C stops everything; ./data keeps what was done here, while
  the simulated Microsoft begins anew at each start (make demo throws ./data away too).",
        portal = world::PORTAL,
        microsoft = world::MICROSOFT,
        outside = world::OUTSIDE,
    )
}

/// Who can sign in, one a line, from the simulator's own list.
fn people(json: &str) -> String {
    let list: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let mut text = String::from("  Sign in as\n");
    for person in &list {
        let field = |name: &str| person[name].as_str().unwrap_or("");
        let role = if field("role").is_empty() {
            "no role"
        } else {
            field("role")
        };
        text.push_str(&format!(
            "    {:<41} {:<11} {:<24} {}\n",
            field("username"),
            field("password"),
            role,
            field("organisation")
        ));
    }
    text
}

/// Throws away everything the demo has kept.
pub fn clean_data() -> Result<(), String> {
    let data = data();
    if !data.exists() {
        return Ok(());
    }
    if world::get(world::PORTAL, "/healthz").is_ok() {
        return Err("The portal is running on this data. Stop it first.".into());
    }
    std::fs::remove_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))
}

/// Load, scale and floor comparisons: the bench program knows them, and starts the server that it measures. Then the client, in
/// a browser; `client` alone measures only that, any other words only what they say.
pub fn bench(words: &[String]) -> Result<(), String> {
    let only_client = words == ["client"];
    if !only_client {
        world::build_programs(&["switchboard", "switchboard-simulators", "switchboard-bench"])?;
        let mut bench = shell::command(shell::target().join("release").join("switchboard-bench"));
        bench.args(words);
        shell::must(bench)?;
    }
    if only_client || words.is_empty() {
        bench_client()?;
    }
    Ok(())
}

/// The client on the demo's 10,000 people, in Chromium with its processor throttled.
fn bench_client() -> Result<(), String> {
    let chromium = needs::chromium()
        .ok_or_else(|| "The client is measured in Chromium, which is not here.".to_owned())?;
    web::install_and_build()?;
    world::build()?;
    let folder = shell::target().join("bench").join("client");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut world = world::World::start(&folder)?;
    let mut playwright = shell::npm(["run", "--silent", "bench"]);
    playwright
        .env(
            "SWITCHBOARD_URL",
            format!("http://localhost:{}", world::PORTAL),
        )
        .env("CHROMIUM", chromium);
    shell::must(playwright)?;
    world.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_listed_with_what_they_need_to_sign_in() {
        let text = people(
            r#"[{"username":"mads@nordvind.example","password":"p","role":null,"organisation":"Nordvind A/S"}]"#,
        );
        assert!(text.contains("mads@nordvind.example"));
        assert!(text.contains("no role"));
        assert!(people("not json").starts_with("  Sign in as"));
    }
}
