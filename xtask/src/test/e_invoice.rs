//! The official rules of EN 16931 and of Peppol BIS Billing 3 over the e-invoices that the renderer's tests keep. Rules and
//! processor come as Python packages, into an environment of their own under `target`.

use super::{Outcome, Place, count, steps::counted};
use crate::{needs, shell, stamp::Stamp};

const REQUIREMENTS: &str = "xtask/e-invoice/requirements.txt";

pub fn run(place: &Place) -> Outcome {
    needs::to_test(&["python3-venv"])?;
    let home = shell::target().join("xtask").join("e-invoice");
    let python = home.join("bin").join("python");
    let stamp = Stamp::of("e-invoice", shell::root(), &[REQUIREMENTS]);
    if !python.is_file() || !stamp.is_fresh() {
        let mut environment = shell::command("python3");
        environment.args(["-m", "venv", "--clear"]).arg(&home);
        shell::must(environment)?;
        let mut install = shell::command(&python);
        install
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--requirement",
            ])
            .arg(shell::root().join(REQUIREMENTS));
        shell::must(install)?;
        stamp.write();
    }
    let mut rules = shell::command(&python);
    rules
        .arg(shell::root().join("xtask/e-invoice/rules.py"))
        .arg(shell::root().join("crates/adapters/golden"));
    counted(rules, place, count::rules)
}
