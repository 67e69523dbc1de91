//! The report on a terminal and the page.

use std::process::{Command, Stdio};

use tests::{Scratch, repository};

use crate::{
    command::{backtest, generated, outcome},
    tables::Table,
};

#[test]
fn the_terminal_report_is_plain_text_in_80_columns() {
    let ran = backtest(&Scratch::new(), &["--days", "8"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let headings = [
        "SUMMARY",
        "MARKET DETECTION ALGORITHMS",
        "ALGORITHM CONFLICT DETECTION",
        "BEHAVIOR DETECTION ALGORITHMS",
        "ACCURACY METRICS",
        "PERFORMANCE",
    ];
    let places = headings.map(|heading| ran.out.find(&format!("\n{heading}")).expect(heading));
    assert!(places.is_sorted(), "{places:?}");
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "escape codes in a pipe");
}

/// What a backtest prints on a terminal, which `script` (of Debian's essential bsdutils) makes.
fn on_a_terminal(no_color: &str) -> String {
    let plugins = repository().join("plugins");
    let command = format!(
        "'{}' backtest --days 1 --no-build --plugins '{}'",
        tests::binary().display(),
        plugins.display()
    );
    let scratch = Scratch::new();
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(scratch.path("."))
        .env("VYOMO_CACHE_DIR", repository().join("target/test-cache"))
        .env("NO_COLOR", no_color)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && printed.contains("SUMMARY"), "{printed}");
    printed
}

#[test]
fn a_terminal_has_colours_unless_they_are_unwanted() {
    assert!(on_a_terminal("").contains("\u{1b}["));
    assert!(!on_a_terminal("1").contains('\u{1b}'));
}

#[test]
fn only_the_named_plugins_run() {
    let result = outcome(&Scratch::new(), &["--days", "4", "--only", "price-movement"]).result;
    let names: Vec<_> = result["components"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["price-movement", "ai-decision"]);
    let ran = backtest(&Scratch::new(), &["--days", "4", "--only", "price-mover"]);
    assert_eq!(ran.code, 1, "{}", ran.said());
    assert!(ran.err.contains("--only price-mover: no such plugin; there are adx-trend, "), "{}", ran.err);
    assert!(ran.err.contains("price-movement") && ran.err.contains("win-streak-escalation"), "{}", ran.err);
}

#[test]
fn what_cannot_be_written_is_named() {
    for option in ["--out", "--findings", "--report"] {
        let ran = backtest(&Scratch::new(), &["--days", "1", option, "nowhere/file"]);
        assert_eq!(ran.code, 1, "{}", ran.said());
        assert!(
            ran.err.contains(&format!("{option} nowhere/file cannot be written: No such")),
            "{}",
            ran.err
        );
    }
}

#[test]
fn settings_reach_the_plugins_and_the_result() {
    let strict = ["--days", "8", "--only", "price-movement", "--settings", "price-movement.threshold=40"];
    let found = |arguments: &[&str]| outcome(&Scratch::new(), arguments).result;
    let (usual, strict) = (found(&strict[..4]), found(&strict));
    assert!(usual["summary"]["anomalies"].as_u64() > strict["summary"]["anomalies"].as_u64());
    assert_eq!(strict["provenance"]["settings"]["price-movement"]["threshold"], 40);
}

#[test]
fn the_page_fetches_nothing_and_shows_names_as_text() {
    let attack = "<script>alert(1)</script>";
    let scratch = generated(&["--days", "4"]);
    for (file, column) in [("market.csv", "symbol"), ("signals.csv", "symbol"), ("labels.csv", "subject")] {
        let mut table = Table::read(&scratch, file);
        let place = table.names.iter().position(|name| name == column).unwrap();
        let of_market = |row: &&mut Vec<String>| row[place] == "NIFTY";
        table.rows.iter_mut().filter(of_market).for_each(|row| row[place] = attack.into());
        std::fs::write(scratch.path(file), table.text()).unwrap();
    }
    let files = ["--market", "market.csv", "--signals", "signals.csv", "--labels", "labels.csv"];
    let result = outcome(&scratch, &[&files[..], &["--report", "report.html"]].concat()).result;
    assert!(result["anomalies"].as_array().unwrap().iter().any(|it| it["subject"] == attack));
    let page = scratch.read("report.html");
    assert!(!page.contains(attack), "a name became markup");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.matches("<script").count(), 1, "the page's own script alone");
    for outside in ["http://", "https://", "src=", "@import", "url(", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let elsewhere =
        page.match_indices("href=\"").filter(|(place, it)| !page[place + it.len()..].starts_with('#'));
    assert_eq!(elsewhere.count(), 0, "links lead within the page");
}
