//! The end-to-end step: the demo, made anew in the step's own folder, and Playwright driving Chromium against it.

use super::{Outcome, Place, count, steps};
use crate::{needs, shell, world};

pub fn run(place: &Place) -> Outcome {
    needs::to_test(&["chromium", "fonts-open-sans"])?;
    let chromium = needs::chromium().ok_or_else(|| "Chromium was not found".to_owned())?;
    world::build()?;
    let mut world = world::World::start(&place.folder)?;
    let mut playwright = shell::npm(["run", "--silent", "e2e"]);
    playwright
        .env(
            "SWITCHBOARD_URL",
            format!("http://localhost:{}", world::PORTAL),
        )
        .env("CHROMIUM", chromium)
        .env("CI", "true");
    let outcome = steps::counted(playwright, place, count::playwright);
    world.check()?;
    outcome
}
